// One static page for every address: the server has no part in drawing, and every answer comes through the API.
export const ssr = false
export const prerender = false
export const trailingSlash = 'ignore'
