import { withDocument } from './pdf/pdfium.ts'
import { pageText } from './pdf/segments.ts'
import fs from 'fs'
await withDocument(fs.readFileSync(process.argv[2]), async (m,d)=>{ const p=m._FPDF_LoadPage(d,+process.argv[3]||0); const r=m._malloc(16)
 const t=m._FPDFText_LoadPage(p); const n=m._FPDFText_CountChars(t); let s=''
 for(let i=0;i<Math.min(n,+process.argv[4]||60);i++){ m._FPDFText_GetLooseCharBox(t,i,r); const h=m.HEAPF32.slice(r>>2,(r>>2)+4); console.log(i,JSON.stringify(String.fromCharCode(m._FPDFText_GetUnicode(t,i))),[...h].map(x=>x.toFixed(1)).join(' ')) }
 })
