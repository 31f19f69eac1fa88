/** Office equations (OMML) as LaTeX, the written form that people and language models read. */
import { elements, path, textOf } from '../../markup/xml-tree.ts'
import type { XmlElement } from '../../markup/xml-tree.ts'

/** Signs that LaTeX writes by name. */
const signs: Record<string, string> = {
  α: '\\alpha ',
  β: '\\beta ',
  γ: '\\gamma ',
  δ: '\\delta ',
  ε: '\\epsilon ',
  ζ: '\\zeta ',
  η: '\\eta ',
  θ: '\\theta ',
  ι: '\\iota ',
  κ: '\\kappa ',
  λ: '\\lambda ',
  μ: '\\mu ',
  ν: '\\nu ',
  ξ: '\\xi ',
  π: '\\pi ',
  ρ: '\\rho ',
  σ: '\\sigma ',
  τ: '\\tau ',
  υ: '\\upsilon ',
  φ: '\\phi ',
  χ: '\\chi ',
  ψ: '\\psi ',
  ω: '\\omega ',
  Γ: '\\Gamma ',
  Δ: '\\Delta ',
  Θ: '\\Theta ',
  Λ: '\\Lambda ',
  Ξ: '\\Xi ',
  Π: '\\Pi ',
  Σ: '\\Sigma ',
  Φ: '\\Phi ',
  Ψ: '\\Psi ',
  Ω: '\\Omega ',
  '×': '\\times ',
  '·': '\\cdot ',
  '÷': '\\div ',
  '±': '\\pm ',
  '∓': '\\mp ',
  '≤': '\\leq ',
  '≥': '\\geq ',
  '≠': '\\neq ',
  '≈': '\\approx ',
  '∞': '\\infty ',
  '∂': '\\partial ',
  '∇': '\\nabla ',
  '∈': '\\in ',
  '∉': '\\notin ',
  '⊂': '\\subset ',
  '∪': '\\cup ',
  '∩': '\\cap ',
  '→': '\\rightarrow ',
  '←': '\\leftarrow ',
  '⇒': '\\Rightarrow ',
  '∀': '\\forall ',
  '∃': '\\exists ',
  '∑': '\\sum ',
  '∏': '\\prod ',
  '∫': '\\int ',
  '…': '\\text{\\textellipsis}',
  '⋯': '\\cdots ',
  '√': '\\sqrt ',
  '≡': '\\equiv ',
  '∝': '\\propto ',
  '∆': '\\Delta ',
}
const operators: Record<string, string> = {
  '∑': '\\sum',
  '∏': '\\prod',
  '∫': '\\int',
  '∬': '\\iint',
  '∭': '\\iiint',
  '∮': '\\oint',
  '⋃': '\\bigcup',
  '⋂': '\\bigcap',
  '⋁': '\\bigvee',
  '⋀': '\\bigwedge',
  '∐': '\\coprod',
}
const accents: Record<string, string> = {
  '\u0302': 'hat',
  '\u0303': 'tilde',
  '\u0304': 'bar',
  '\u0305': 'overline',
  '\u0307': 'dot',
  '\u0308': 'ddot',
  '\u20d7': 'vec',
  '\u030c': 'check',
  '\u0306': 'breve',
}
const functions = new Set([
  'sin',
  'cos',
  'tan',
  'cot',
  'sec',
  'csc',
  'log',
  'ln',
  'lim',
  'max',
  'min',
  'exp',
  'det',
  'gcd',
  'sinh',
  'cosh',
  'tanh',
  'arcsin',
  'arccos',
  'arctan',
  'sup',
  'inf',
  'arg',
])

/** LaTeX of an m:oMath element (or of several in an m:oMathPara). */
export function latexOf(element: XmlElement | undefined): string {
  return elements(element).map(convert).join('')
}

const value = (element: XmlElement, ...names: string[]): string | undefined =>
  path(element, ...names)?.attributes['m:val']
const part = (element: XmlElement, name: string): string => latexOf(path(element, name))

function convert(element: XmlElement): string {
  switch (element.name) {
    case 'm:r':
      return run(element)
    case 'm:f':
      return fraction(element)
    case 'm:sSup':
      return `${base(element)}^{${part(element, 'm:sup')}}`
    case 'm:sSub':
      return `${base(element)}_{${part(element, 'm:sub')}}`
    case 'm:sSubSup':
      return `${base(element)}_{${part(element, 'm:sub')}}^{${part(element, 'm:sup')}}`
    case 'm:sPre':
      return `{}_{${part(element, 'm:sub')}}^{${part(element, 'm:sup')}}${part(element, 'm:e')}`
    case 'm:rad': {
      const degree = part(element, 'm:deg')
      return degree ? `\\sqrt[${degree}]{${part(element, 'm:e')}}` : `\\sqrt{${part(element, 'm:e')}}`
    }
    case 'm:nary':
      return nary(element)
    case 'm:d':
      return delimited(element)
    case 'm:func':
      return func(element)
    case 'm:limLow':
      return `${part(element, 'm:e')}_{${part(element, 'm:lim')}}`
    case 'm:limUpp':
      return `${part(element, 'm:e')}^{${part(element, 'm:lim')}}`
    case 'm:acc':
      return `\\${accents[value(element, 'm:accPr', 'm:chr') ?? '\u0302'] ?? 'hat'}{${part(element, 'm:e')}}`
    case 'm:bar':
      return `${value(element, 'm:barPr', 'm:pos') === 'top' ? '\\overline' : '\\underline'}{${part(element, 'm:e')}}`
    case 'm:groupChr':
      return `\\underbrace{${part(element, 'm:e')}}`
    case 'm:m':
      return `\\begin{matrix}${elements(element, 'm:mr')
        .map((row) => elements(row, 'm:e').map(latexOf).join(' & '))
        .join(' \\\\ ')}\\end{matrix}`
    case 'm:eqArr':
      return `\\begin{array}{c}${elements(element, 'm:e').map(latexOf).join(' \\\\ ')}\\end{array}`
    default:
      return element.name.endsWith('Pr') ? '' : element.name === 'w:r' ? textOf(path(element, 'w:t')) : latexOf(element)
  }
}

function run(element: XmlElement): string {
  return [...elements(element, 'm:t').map(textOf).join('')].map((sign) => signs[sign] ?? plain(sign)).join('')
}

/** Mathematical italic and bold letters (U+1D400 and on) are ordinary letters in LaTeX. */
function plain(sign: string): string {
  return sign.codePointAt(0)! >= 0x1d400
    ? [...sign.normalize('NFKC')].map((each) => signs[each] ?? each).join('')
    : sign
}

function base(element: XmlElement): string {
  const inner = part(element, 'm:e')
  return path(element, 'm:e', 'm:f') ? `{${inner}}` : inner
}

function fraction(element: XmlElement): string {
  const [above, below] = [part(element, 'm:num'), part(element, 'm:den')]
  const type = value(element, 'm:fPr', 'm:type')
  if (type === 'lin' || type === 'skw') return `${above}/${below}`
  return type === 'noBar' ? `\\genfrac{}{}{0pt}{}{${above}}{${below}}` : `\\frac{${above}}{${below}}`
}

function nary(element: XmlElement): string {
  const sign = value(element, 'm:naryPr', 'm:chr') ?? '∫'
  const [below, above] = [part(element, 'm:sub'), part(element, 'm:sup')]
  return `${operators[sign] ?? sign}${below && `_{${below}}`}${above && `^{${above}}`}${part(element, 'm:e')}`
}

function delimited(element: XmlElement): string {
  const open = value(element, 'm:dPr', 'm:begChr') ?? '('
  const close = value(element, 'm:dPr', 'm:endChr') ?? ')'
  const parts = elements(element, 'm:e')
    .map(latexOf)
    .join(value(element, 'm:dPr', 'm:sepChr') ?? '|')
  const escaped = (sign: string) => ({ '{': '\\{', '}': '\\}', '': '.' })[sign] ?? sign
  return `\\left${escaped(open)}${parts}\\right${escaped(close)}`
}

function func(element: XmlElement): string {
  const name = part(element, 'm:fName').trim()
  const command = name.replace(/^[a-z]+/, (word) => (functions.has(word) ? `\\${word}` : word))
  return `${command}(${part(element, 'm:e')})`
}
