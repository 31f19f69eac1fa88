/**
 * Lets PostgreSQL keep the statements that come again and again. Row-level security makes a statement's plan dear (a
 * millisecond where its work takes half of one), and a statement that is not kept costs a second round trip to learn the
 * types of its parameters. Drizzle keeps only what it is given a name for, so it is told here.
 *
 * Kept: statements that read, of a length that a person wrote; their lists are array parameters, so their texts are few.
 * A statement with as many placeholders as it has rows comes seldom twice and would only fill the server's memory.
 */
import type { ReservedSql, Sql, TransactionSql } from 'postgres'

type Client = Sql | ReservedSql | TransactionSql

const longest = 6000

const isKept = (text: string, parameters: unknown): boolean =>
  Array.isArray(parameters) && parameters.length > 0 && text.length <= longest && /^\s*(select|with)\b/i.test(text)

/** The same client, for Drizzle. */
export const preparing = <C extends Client>(client: C): C =>
  new Proxy(client, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (typeof value !== 'function') return value
      if (name === 'unsafe')
        return (text: string, parameters?: never[], options?: object) =>
          value.call(target, text, parameters, isKept(text, parameters) ? { ...options, prepare: true } : options)
      if (name === 'begin' || name === 'savepoint')
        return (...args: unknown[]) => {
          const work = args.pop() as (client: TransactionSql) => unknown
          return value.call(target, ...args, (inner: TransactionSql) => work(preparing(inner)))
        }
      return value
    },
  })
