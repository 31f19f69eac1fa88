export { m } from '#lib/paraglide/messages.js'
export { locale } from './locale.svelte.ts'
export { dateTime, day, fileSize, number, percent, relative, duration, languageName } from './said.ts'
