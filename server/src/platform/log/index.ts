import { pino, type Logger } from 'pino'

export type { Logger }

/** JSON lines on standard output, or standard error (2). Never document text, questions, prompts or secrets. */
export function createLog(level: string, output: 1 | 2 = 1): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        '*.password',
        '*.secret',
        '*.token',
        '*.code',
        '*.authorization',
        '*.cookie',
        'req.headers.authorization',
        'req.headers.cookie',
      ],
      censor: '[redacted]',
    },
  }
  return output === 1 ? pino(options) : pino(options, pino.destination(output))
}
