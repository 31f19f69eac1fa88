/** Who listens on a port, read from the kernel's own tables. */
import { readdir, readlink } from 'node:fs/promises'
import type { Host } from './check.ts'

/** `nginx (process 812)`; null: the port is free. */
export async function portUser(host: Host, port: number): Promise<string | null> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((path) => host.read(path)))
  const inode = tables.map((table) => listenerInode(table ?? '', port)).find(Boolean)
  return inode ? ((await ownerOf(host, inode)) ?? 'an unknown program') : null
}

/** Inode of the socket that listens on the port, in a table as of /proc/net/tcp. */
export function listenerInode(table: string, port: number): string | null {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    if (fields[3] === '0A' && fields[1]?.endsWith(`:${wanted}`)) return fields[9] ?? null
  }
  return null
}

async function ownerOf(host: Host, inode: string): Promise<string | null> {
  const entries = await readdir('/proc').catch(() => [])
  for (const pid of entries.filter((name) => /^\d+$/.test(name))) {
    const open = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const fd of open)
      if ((await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')) === `socket:[${inode}]`)
        return `${(await host.read(`/proc/${pid}/comm`))?.trim() ?? 'a program'} (process ${pid})`
  }
  return null
}
