import { plotRules, SERIES_INKS } from '../render/svg-style.ts';

/** The style sheet of the page: quiet, two colour schemes, one column on narrow screens. It loads nothing from anywhere. */
export const STYLE = `
:root{color-scheme:light dark;
--ground:#fbfbfa;--card:#fff;--ink:#1d2226;--soft:#5b666e;--line:#e2e5e3;--field:#fff;--edge:#b9c2c6;
--accent:#0b6b74;--on-accent:#fff;--tint:#e8f2f2;--ok:#1d7a3d;--warn:#8a5a00;--wrong:#b3261e;--warn-tint:#fdf4e0;--wrong-tint:#fdecea;
${SERIES_INKS.map((ink, index) => `--c${index}:${ink};`).join('')}
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{
--ground:#14181b;--card:#1b2024;--ink:#e4e9eb;--soft:#9daab2;--line:#2c3338;--field:#14181b;--edge:#4a555c;
--accent:#5cc2cc;--on-accent:#08272b;--tint:#1c2f33;--ok:#6bcf8a;--warn:#e5b454;--wrong:#ff8a80;--warn-tint:#2c2515;--wrong-tint:#331d1c;
--c0:#4cc4d6;--c1:#ff9a5c;--c2:#b79cff;--c3:#7fd484;--c4:#ff8fc0;--c5:#e2bf4d;--c6:#8ab4ff;--c7:#aab6be}}
*{box-sizing:border-box}
html{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:var(--ink);background:var(--ground);-webkit-text-size-adjust:100%}
body{margin:0}
a{color:var(--accent);text-underline-offset:.28em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible,input:focus-within{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
code,pre,input.query,textarea.query{font-family:var(--mono);font-size:.9em}
code{overflow-wrap:anywhere}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
h1,h2,h3{line-height:1.25;margin:0}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.3rem .7rem}
header,main{max-width:70rem;margin:0 auto;padding:0 1.25rem}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem 1.75rem;padding-top:1.1rem;padding-bottom:.9rem}
.brand{font-weight:650;font-size:1.05rem;color:var(--ink);text-decoration:none;letter-spacing:-.01em}
header nav{display:flex;flex-wrap:wrap;gap:.1rem 1.25rem}
header nav a{color:var(--soft);text-decoration:none;padding:.15rem 0;border-bottom:2px solid transparent}
header nav a:hover{color:var(--ink)}
header nav a[aria-current]{color:var(--ink);border-color:var(--accent)}
main{padding-bottom:2.5rem}
footer{max-width:67.5rem;margin:0 auto;width:calc(100% - 2.5rem);color:var(--soft);font-size:.875rem;padding:1rem 0 2rem;border-top:1px solid var(--line)}
footer p{margin:.2rem 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.25rem;margin:0 0 1.25rem}
.ask{display:grid;grid-template-columns:1fr auto;gap:.5rem .6rem;align-items:end}
label{display:block;font-size:.8125rem;color:var(--soft);margin-bottom:.2rem}
input,select,textarea,button{font:inherit;color:inherit;background:var(--field);border:1px solid var(--edge);border-radius:6px;padding:.42rem .6rem;min-height:2.5rem;width:100%;min-width:0}
textarea{resize:vertical;display:block}
button{background:var(--accent);border-color:var(--accent);color:var(--on-accent);font-weight:600;padding:.42rem 1.15rem;cursor:pointer;width:auto}
button:hover{filter:brightness(1.08)}
.times{display:grid;grid-template-columns:minmax(9rem,1fr) minmax(13rem,1.4fr) minmax(7rem,.8fr);gap:.6rem;grid-column:1/-1;margin-top:.2rem}
.tabs{display:flex;gap:.25rem;margin:1.1rem 0 0;border-bottom:1px solid var(--line)}
.tabs a{padding:.4rem .9rem;color:var(--soft);text-decoration:none;border-bottom:2px solid transparent;margin-bottom:-1px}
.tabs a:hover{color:var(--ink)}
.tabs a[aria-current]{color:var(--ink);font-weight:600;border-color:var(--accent)}
.move{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem 1.1rem;margin:.85rem 0 .4rem;font-size:.9rem}
.move .span{color:var(--soft);margin-right:auto}
.move ul{display:flex;flex-wrap:wrap;gap:.1rem .8rem;margin:0;padding:0;list-style:none}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th{font-size:.8125rem;font-weight:500;color:var(--soft);text-align:left;padding:.45rem .75rem .35rem 0;vertical-align:bottom}
td{border-top:1px solid var(--line);padding:.45rem .75rem .45rem 0;vertical-align:top}
th:last-child,td:last-child{padding-right:0}
th.number,td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;padding-left:.5rem}
td.number pre{text-align:left}
.result{margin-top:.6rem}
.result td.number{font-weight:600}
.kind{color:var(--soft)}
.samples{list-style:none;margin:0;padding:0;font-weight:400;max-height:22rem;overflow-y:auto}
.samples .at{color:var(--soft);font-size:.85em;padding-left:.6rem}
.common,.note{color:var(--soft);font-size:.875rem;margin:.5rem 0}
svg.graph{display:block;width:100%;height:auto;margin:.4rem 0 .2rem}
svg.narrow{display:none}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--soft);font-variant-numeric:tabular-nums}
${plotRules({ line: 'var(--line)', edge: 'var(--edge)' })}
.c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}.c4{color:var(--c4)}.c5{color:var(--c5)}.c6{color:var(--c6)}.c7{color:var(--c7)}
.letter{display:inline-block;min-width:1.6em;font-weight:650;border-bottom:3px solid currentColor;text-align:center;line-height:1.2}
.letter.d1{border-bottom-style:dashed}.letter.d2{border-bottom-style:dotted}
.legend td.line{width:2.6rem}
.times.one{grid-template-columns:minmax(13rem,20rem)}
.remark{color:var(--soft);font-size:.85em;padding-left:.6em}
.told{border-left:4px solid var(--warn);background:var(--warn-tint);padding:.6rem .9rem;margin:.9rem 0;border-radius:0 6px 6px 0}
.told.wrong{border-color:var(--wrong);background:var(--wrong-tint)}
.told.info{border-color:var(--accent);background:var(--tint)}
.told p{margin:.15rem 0}
.told pre{overflow-x:auto;white-space:pre;overflow-wrap:normal;margin:.5rem 0}
.told pre.prose{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
.told .word{font-weight:650}
.meta{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;color:var(--soft);font-size:.8125rem;margin:.9rem 0 0}
.panels{margin:0 0 1.25rem;display:flex;gap:1.2rem;font-size:.9rem}
.ideas{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(22rem,100%),1fr));gap:.9rem 1.75rem;list-style:none;margin:.9rem 0 0;padding:0}
.ideas a.name{font-weight:600;text-decoration:none}.ideas a.name:hover{text-decoration:underline}
.ideas code{display:block;color:var(--soft);font-size:.8125rem;margin-top:.1rem}.ideas a code{color:inherit}
.ideas .also{font-size:.8125rem;margin-left:.6rem;font-weight:400}
.state{font-weight:650;white-space:nowrap}.state.ok{color:var(--ok)}.state.warn{color:var(--warn)}.state.wrong{color:var(--wrong)}
.group{margin:1.1rem 0 0}.group h2{font-size:1rem}
.card h1{font-size:1.15rem}.card h2{font-size:1rem}.lead{color:var(--soft);margin:.3rem 0 0}
.rule{border-top:1px solid var(--line);padding:.8rem 0}.rule:first-of-type{margin-top:.6rem}
.rule .head{margin:0;display:flex;flex-wrap:wrap;gap:.1rem .9rem;align-items:baseline}.rule .name{font-weight:600;overflow-wrap:anywhere}
.rule a,.rule .facts{overflow-wrap:anywhere}.rule table{margin:.5rem 0}.rule .facts{color:var(--soft);font-size:.875rem;margin:.2rem 0 0}
@media (max-width:44rem){
header,main{padding-left:.9rem;padding-right:.9rem}footer{width:calc(100% - 1.8rem)}
.card{padding:.9rem .9rem}
.ask{grid-template-columns:1fr}.ask button{width:100%}
.times{grid-template-columns:1fr 1fr}.times .until{grid-column:1/-1;grid-row:2}.times.one{grid-template-columns:1fr}
svg.wide{display:none}svg.narrow{display:block}
.move .span{width:100%}
.legend thead,.stack thead{position:absolute;clip-path:inset(50%)}
.stack,.stack tbody{display:block}.stack td.number{text-align:left;padding-left:0}.stack tr{display:block;border-top:1px solid var(--line);padding:.5rem 0}
.stack td{display:block;border:0;padding:.1rem 0}
.legend tr{display:grid;grid-template-columns:2.4rem 1fr 1fr 1fr;gap:0 .5rem;border-top:1px solid var(--line);padding:.4rem 0}
.legend,.legend tbody{display:block}.legend td{border:0;padding:.1rem 0}.legend td.series{grid-column:2/-1}.legend td.number{text-align:left;padding-left:0}.legend td.line+td.series+td.number{grid-column-start:2}
.legend td[data-name]::before{content:attr(data-name);display:block;color:var(--soft);font-size:.75rem}
.stack td[data-name]::before{content:attr(data-name) ": ";color:var(--soft);font-size:.8125rem}
.result th.number,.result td.number{padding-left:.4rem}
}
@media (prefers-reduced-motion:no-preference){a,button{transition:color .12s,border-color .12s,filter .12s}}
@media print{header nav,.ask,.tabs,.move,.panels{display:none}.card{border:0;padding:0}}
`;
