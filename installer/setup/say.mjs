/** Lines for the person who waits, on stderr, so that what a program prints on stdout stays its own. */
export function say(line) {
  process.stderr.write(`innosynth: ${line}\n`)
}

/** Ends the command with a sentence instead of a stack: something a person can mend. */
export class Stop extends Error {
  /**
   * @param {string} message
   * @param {number} [code] exit code
   */
  constructor(message, code = 1) {
    super(message)
    this.code = code
  }
}

/**
 * Seconds for people: "0.8 s", "74 s".
 * @param {number} started what performance.now() said at the start
 */
export function took(started) {
  const seconds = (performance.now() - started) / 1000
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
}
