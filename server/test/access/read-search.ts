/** Search: hits, totals, counts beside filters, suggestions; and nothing that tells a hidden word from one that stands nowhere. */
import { ids, libraryOf, reach, type Read, sorted, type Subject } from './look.ts'
import { type Caller, type Document, has, seesCollection, seesDocument, within } from './model.ts'
import { type Answer, common, sharedTags, type World } from './world.ts'

async function search(world: World, { caller, document, collection }: Subject) {
  const library = libraryOf(world, caller)
  const found = library.includes(document) ? [document] : []
  const tag = world.random.pick(sharedTags)
  const inside = library.filter(
    (one) => one.collection && seesCollection(caller, collection) && within(one.collection, collection, caller),
  )
  const variants: [query: string, expected: Document[], open?: Document[]][] = [
    [`q=${common}&mode=lexical`, library],
    [`q=${common}&mode=hybrid`, library],
    [`q=${common}&mode=semantic`, library],
    ['q=', library],
    [`q=${document.word}&mode=lexical`, found],
    [`q="${document.word}"&mode=hybrid`, found],
    [`q=${common} -${document.word}`, library.filter((one) => one !== document)],
    [`q=${common}&tag=${tag}`, library.filter(({ tags }) => tags.includes(tag)), library],
    [`q=${common}&owner=${document.owner.id}`, library.filter(({ owner }) => owner === document.owner), library],
    [`q=${common}&collection=${collection.id}`, inside, library],
    [`q=${common} in:"Place ${collection.word}"`, inside, library],
  ]
  for (const [query, expected, open = expected] of variants) {
    const path = `/api/search?limit=100&group=document&${query}`
    const answer = await reach(
      world,
      caller,
      'search',
      path,
      true,
      [document.word, collection.word].filter((word) => query.includes(word)),
    )
    if (!answer) continue
    const { hits, total, searched, facets } = answer.json
    world.same(caller, 'GET', path, 'hits', sorted(hits.map((hit: Answer['json']) => hit.document.id)), ids(expected))
    world.same(caller, 'GET', path, 'total', total, expected.length)
    const filtered = open !== expected
    if (filtered || !query.includes(document.word))
      world.same(caller, 'GET', path, 'searched', searched, { documents: expected.length, passages: expected.length })
    if (!filtered) compareFacets(world, caller, path, facets, expected)
  }
  await likeNeverThere(world, caller, document)
}

function compareFacets(world: World, caller: Caller, path: string, facets: Answer['json'][], expected: Document[]) {
  const counts = (values: string[]) => {
    const counted = new Map<string, number>()
    for (const value of values) counted.set(value, (counted.get(value) ?? 0) + 1)
    return [...counted].map(([value, count]) => `${value} ${count}`).sort()
  }
  const found = (name: string) =>
    (facets.find((facet) => facet.name === name)?.values ?? [])
      .map((value: Answer['json']) => `${value.value} ${value.count}`)
      .sort()
  world.same(caller, 'GET', path, 'counts by owner', found('owner'), counts(expected.map(({ owner }) => owner.id)))
  world.same(
    caller,
    'GET',
    path,
    'counts by collection',
    found('collection'),
    counts(
      expected.flatMap(({ collection }) => (collection && seesCollection(caller, collection) ? [collection.id] : [])),
    ),
  )
  world.same(caller, 'GET', path, 'counts by format', found('format'), counts(expected.map(() => 'text')))
  const tags = (list: string[]) => list.filter((entry) => sharedTags.some((tag) => entry.startsWith(tag)))
  world.same(
    caller,
    'GET',
    path,
    'counts by tag',
    tags(found('tag')),
    tags(counts(expected.flatMap((one) => one.tags))),
  )
}

/** A word that stands in hidden documents alone is answered as one that stands nowhere, to the byte. */
async function likeNeverThere(world: World, caller: Caller, document: Document) {
  if (seesDocument(caller, document) || caller.person.disabled || !has(caller, 'search')) return
  const absent = world.newWord()
  const mistyped = document.word.slice(0, -1) + (document.word.endsWith('x') ? 'y' : 'x')
  const forms: [string, string][] = [
    ['/api/search?q=WORD&mode=lexical', document.word],
    ['/api/search?q="WORD"', document.word],
    ['/api/search?q=WORD&mode=lexical', mistyped],
    ['/api/search/suggest?q=WORD', document.word.slice(0, 9)],
    [`/api/search?q=${common}&tag=WORD`, document.word],
    ['/api/documents?title=WORD', document.word],
  ]
  for (const [form, word] of forms) {
    const stand = absent.slice(0, word.length)
    const [hidden, never] = [
      await world.ask(caller, 'GET', form.replace('WORD', word), undefined, { said: [word] }),
      await world.ask(caller, 'GET', form.replace('WORD', stand)),
    ]
    const plain = (answer: Answer, said: string) =>
      answer.text.replaceAll(said, 'WORD').replace(/"milliseconds":[\d.]+/, '')
    world.same(caller, 'GET', form, `answer for the hidden ${word}`, plain(hidden, word), plain(never, stand))
  }
}

async function suggest(world: World, { caller, document, collection }: Subject) {
  const start = document.word.slice(0, 7)
  const path = `/api/search/suggest?q=${start}&limit=20`
  const answer = await reach(world, caller, 'search', path)
  if (answer) {
    const library = libraryOf(world, caller).filter(({ word }) => word.startsWith(start))
    const places = world.at(caller).filter(({ word }) => word.startsWith(start))
    const named = (kind: string) => ids(answer.json.items.filter((item: Answer['json']) => item.kind === kind))
    world.same(
      caller,
      'GET',
      path,
      'suggestions',
      [
        named('document'),
        named('collection'),
        answer.json.items.some((item: Answer['json']) => item.text === document.word),
      ],
      [ids(library), ids(places), library.includes(document)],
    )
  }
  const place = `/api/search/suggest?q=${encodeURIComponent(`Place ${collection.word}`)}`
  const offered = await reach(world, caller, 'search', place, true, [collection.word])
  if (offered)
    world.same(
      caller,
      'GET',
      place,
      'collections',
      ids(offered.json.items.filter((item: Answer['json']) => item.kind === 'collection')),
      seesCollection(caller, collection) ? [collection.id] : [],
    )
}

export const searchReads: Record<string, Read> = { 'GET /api/search': search, 'GET /api/search/suggest': suggest }
