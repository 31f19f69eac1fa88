import { BlockList, isIP, isIPv4 } from 'node:net'

/** Ranges that are not the public internet: IANA's special-purpose registries (RFC 6890 and later), and multicast. */
const closed = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Metadata and platform addresses of clouds that lie in public ranges.
  ['168.63.129.16', 32],
] as const)
  closed.addSubnet(net, bits, 'ipv4')

const unicast = new BlockList()
unicast.addSubnet('2000::', 3, 'ipv6')
/** Within global unicast: documentation, and the ranges that carry an IPv4 address inside (Teredo, 6to4). */
const closedSix = new BlockList()
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  closedSix.addSubnet(net, bits, 'ipv6')

/** Whether an address is one of the public internet. What is no address is not. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !closed.check(address, 'ipv4')
  return isIP(address) === 6 && unicast.check(address, 'ipv6') && !closedSix.check(address, 'ipv6')
}
