import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventParser, readEvents } from './sse.ts'

const stream =
  'event: started\ndata: {"a":1}\n\n: a comment\ndata: first\ndata: second\r\nid: 7\r\n\r\nevent: done\ndata:no space\n\ndata: never ended'

test('events come out whole, with several data lines joined and comments left out', () => {
  expect(new EventParser().push(stream)).toEqual([
    { event: 'started', data: '{"a":1}', id: null },
    { event: 'message', data: 'first\nsecond', id: '7' },
    { event: 'done', data: 'no space', id: '7' },
  ])
})

test('however the network cuts the stream, the same events come out', () => {
  const whole = new EventParser().push(stream)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 12 }), (cuts) => {
      const parser = new EventParser()
      const places = [0, ...cuts.toSorted((a, b) => a - b), stream.length]
      const events = places.slice(1).flatMap((end, index) => parser.push(stream.slice(places[index], end)))
      expect(events).toEqual(whole)
    }),
  )
})

test('a letter of several bytes cut in the middle is still one letter', async () => {
  const bytes = new TextEncoder().encode('data: Überprüfung 東京\n\n')
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
      controller.close()
    },
  })
  const events = []
  for await (const event of readEvents(body)) events.push(event.data)
  expect(events).toEqual(['Überprüfung 東京'])
})
