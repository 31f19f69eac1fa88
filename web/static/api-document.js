// Draws /api/openapi.json: doors by noun, each with its parameters, body and answer. No dependency, no outside resource.
const main = document.getElementById('doors')

const element = (name, attributes = {}, ...children) => {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  node.append(...children)
  return node
}

/** A schema as people write it down: fields with types, references by name. */
function shape(schema, depth = 0) {
  if (!schema) return 'nothing'
  if (schema.$ref) return schema.$ref.split('/').at(-1)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const options = schema.anyOf ?? schema.oneOf
  if (options) return options.map((option) => shape(option, depth)).join(' | ')
  if (schema.type === 'array') return `${shape(schema.items, depth)}[]`
  if (schema.type === 'object' && schema.properties) {
    const required = new Set(schema.required ?? [])
    const pad = '  '.repeat(depth + 1)
    const fields = Object.entries(schema.properties).map(
      ([name, value]) => `${pad}${name}${required.has(name) ? '' : '?'}: ${shape(value, depth + 1)}`,
    )
    return `{\n${fields.join('\n')}\n${'  '.repeat(depth)}}`
  }
  return schema.format ? `${schema.type} (${schema.format})` : (schema.type ?? 'anything')
}

function part(title, text) {
  return element('section', {}, element('h4', {}, title), element('pre', { tabindex: '0' }, text))
}

function door(method, path, operation) {
  const details = element('details', { id: `${method}${path}`.replaceAll(/[^a-z0-9]+/gi, '-') })
  details.append(
    element(
      'summary',
      {},
      element('code', { class: method }, method.toUpperCase()),
      ' ',
      element('code', {}, path),
      ' ',
      element('span', {}, operation.summary ?? ''),
    ),
  )
  if (operation.description) details.append(element('p', {}, operation.description))
  const parameters = (operation.parameters ?? []).map(
    (item) => `${item.name}${item.required ? '' : '?'} (${item.in}): ${shape(item.schema)}`,
  )
  if (parameters.length > 0) details.append(part('Parameters', parameters.join('\n')))
  for (const [type, content] of Object.entries(operation.requestBody?.content ?? {}))
    details.append(part(`Body, ${type}`, shape(content.schema)))
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    if (status === 'default') continue
    const [type, content] = Object.entries(answer.content ?? {})[0] ?? []
    details.append(part(`Answer ${status}${type ? `, ${type}` : ''}`, type ? shape(content.schema) : 'no body'))
  }
  return details
}

try {
  const answer = await fetch('/api/openapi.json')
  if (!answer.ok) throw new Error(`The document could not be read (${answer.status}).`)
  const api = await answer.json()
  const nouns = new Map()
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const noun = operation.tags?.[0] ?? 'other'
      nouns.set(noun, [...(nouns.get(noun) ?? []), door(method, path, operation)])
    }
  main.replaceChildren(
    element('h1', {}, api.info.title, ' API ', element('small', {}, api.info.version)),
    element('p', {}, api.info.description),
    element('p', {}, 'The document itself: ', element('a', { href: '/api/openapi.json' }, '/api/openapi.json')),
    ...[...nouns].flatMap(([noun, doors]) => [element('h2', {}, noun), ...doors]),
  )
} catch (error) {
  main.replaceChildren(
    element('h1', {}, 'InnoSynth API'),
    element('p', { role: 'alert' }, error instanceof Error ? error.message : String(error)),
  )
}
