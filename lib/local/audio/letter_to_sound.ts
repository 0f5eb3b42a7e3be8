/**
 * A guess at the pronunciation of a word the dictionary lacks, in ARPAbet: spelling rules of English,
 * tried longest first, left to right. Good enough to tell one unusual name from another; no more is claimed.
 */
export function guessPronunciation(word: string): string {
  const letters = word.replace(/[^a-z]/g, "");
  // "xk", "bbc": nobody can say these, so they are spelled out.
  if (!/[aeiouy]/.test(letters)) {
    return [...letters].map((letter) => NAMES[letter]).join(" ");
  }
  const sounds: string[] = [];
  for (let at = 0; at < letters.length;) {
    const [length, sound] = rule(letters, at);
    if (sound) sounds.push(sound);
    at += length;
  }
  return sounds.join(" ");
}

/** The letters eaten at a position and what they sound like ("" for silent ones). */
function rule(letters: string, at: number): [number, string] {
  const rest = letters.slice(at);
  if (at > 0 && rest === "e" && /[aeiouy]/.test(letters.slice(0, at))) {
    return [1, ""];
  }
  if (at === 0) {
    for (const [spelling, sound] of INITIAL) {
      if (rest.startsWith(spelling)) return [spelling.length, sound];
    }
  }
  for (const [spelling, sound] of FINAL) {
    if (rest === spelling) return [spelling.length, sound];
  }
  // Two equal consonants are one sound.
  if (rest[0] === rest[1] && !/[aeiou]/.test(rest[0]!)) return [1, ""];
  // A vowel, one consonant and a final e: the vowel says its name.
  const long = LONG[rest[0]!];
  if (long && /^[aiou][bcdfgklmnprstvz]e$/.test(rest)) return [1, long];
  for (const [spelling, sound] of ANYWHERE) {
    if (rest.startsWith(spelling)) return [spelling.length, sound];
  }
  return [1, SINGLE[rest[0]!] ?? ""];
}

function table(text: string): [string, string][] {
  return text.trim().split(/\s*,\s*/).map((entry) => {
    const [spelling, sound = ""] = entry.split("=");
    return [spelling!, sound];
  });
}

const INITIAL = table("kn=N,gn=N,wr=R,ps=S,x=Z,wh=W,y=Y");
const FINAL = table(
  "tion=SH AH N,sion=ZH AH N,ture=CH ER,ough=OW,eau=OW,ia=IY AH,ie=IY,ey=IY,y=IY,er=ER,or=ER,le=AH L,es=AH Z,a=AH,i=IY,o=OW,u=UW",
);
const LONG: Record<string, string> = { a: "EY", i: "AY", o: "OW", u: "UW" };
const ANYWHERE = table(
  "tch=CH,sch=SH,igh=AY,eigh=EY,augh=AO,ough=AO,ck=K,ch=CH,sh=SH,th=TH,ph=F,gh=G,ng=NG,nk=NG K,qu=K W,dg=JH,zh=ZH,ts=T S,tz=T S," +
    "ce=S EH,ci=S IH,cy=S IY,ge=JH EH,gi=JH IH,ai=EY,ay=EY,au=AO,aw=AO,ee=IY,ea=IY,ei=AY,eu=UW,ew=UW,ie=IY,oa=OW,oe=OW,oi=OY,oy=OY," +
    "oo=UW,ou=AW,ow=OW,ue=UW,ui=UW,ar=AA R,er=ER,ir=ER,or=AO R,ur=ER,x=K S",
);
const SINGLE: Record<string, string> = Object.fromEntries(
  table(
    "a=AE,b=B,c=K,d=D,e=EH,f=F,g=G,h=HH,i=IH,j=JH,k=K,l=L,m=M,n=N,o=AA,p=P,q=K,r=R,s=S,t=T,u=AH,v=V,w=W,x=K S,y=IH,z=Z",
  ),
);
const NAMES: Record<string, string> = Object.fromEntries(
  table(
    "a=EY,b=B IY,c=S IY,d=D IY,e=IY,f=EH F,g=JH IY,h=EY CH,i=AY,j=JH EY,k=K EY,l=EH L,m=EH M,n=EH N,o=OW,p=P IY,q=K Y UW,r=AA R,s=EH S,t=T IY,u=Y UW,v=V IY,w=D AH B AH L Y UW,x=EH K S,y=W AY,z=Z IY",
  ),
);
