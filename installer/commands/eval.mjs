import { join } from 'node:path'
import { becomeNode } from '../setup/become.mjs'

export async function run(root, args) {
  return becomeNode([join(root, 'server', 'test', 'eval', 'main.ts'), ...args])
}
