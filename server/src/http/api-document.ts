/** A page that draws the OpenAPI document by itself: no outside resource, one script from our own origin. */
export const apiDocument = () => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>InnoSynth API</title>
<link rel="stylesheet" href="/api-document.css">
</head>
<body>
<main id="doors" aria-live="polite"><h1>InnoSynth API</h1><p>Loading…</p></main>
<noscript>The document itself: <a href="/api/openapi.json">/api/openapi.json</a></noscript>
<script src="/api-document.js" type="module"></script>
</body>
</html>`
