/** Sums over the requests of this process, for its metrics. */
export const requestFigures = {
  byStatus: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 } as Record<string, number>,
  seconds: 0,
}

export function countRequest(status: number, ms: number): void {
  const kind = `${Math.floor(status / 100)}xx`
  requestFigures.byStatus[kind] = (requestFigures.byStatus[kind] ?? 0) + 1
  requestFigures.seconds += ms / 1000
}
