/** The journey in its order; later steps stand on what earlier ones left. */
import type { Step } from './journey-context.ts'
import { documents } from './steps-documents.ts'
import { doors } from './steps-doors.ts'
import { everywhere } from './steps-everywhere.ts'
import { people } from './steps-people.ts'
import { reading } from './steps-reading.ts'
import { searchAndAsk } from './steps-search-and-ask.ts'

export const allSteps: Step[] = [...doors, ...searchAndAsk, ...documents, ...reading, ...people, ...everywhere]
