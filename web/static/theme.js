// Sets the chosen theme and language on <html> before the page is painted. Kept small: it blocks the first paint.
;(function () {
  try {
    var theme = localStorage.getItem('innosynth.theme')
    if (theme === 'light' || theme === 'dark') document.documentElement.setAttribute('data-theme', theme)
    var language = localStorage.getItem('innosynth.language') || (navigator.language || 'en').slice(0, 2)
    document.documentElement.lang = language === 'de' ? 'de' : 'en'
  } catch {
    // Storage may be forbidden: then the system's theme and the browser's language hold.
  }
})()
