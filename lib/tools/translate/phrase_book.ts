/** The first line names the languages; each other line is one phrase in all of them. */
const BOOK = `
  English|French|German|Italian|Spanish
  Hello|bonjour|hallo|ciao|hola
  Goodbye|au revoir|auf Wiedersehen|arrivederci|adiós
  Good morning|bonjour|guten Morgen|buongiorno|buenos días
  Good evening|bonsoir|guten Abend|buonasera|buenas tardes
  Good night|bonne nuit|gute Nacht|buonanotte|buenas noches
  Please|s'il vous plaît|bitte|per favore|por favor
  Thank you|merci|danke|grazie|gracias
  You're welcome|de rien|gern geschehen|prego|de nada
  Excuse me|excusez-moi|entschuldigen Sie|mi scusi|disculpe
  I'm sorry|je suis désolé|es tut mir leid|mi dispiace|lo siento
  How are you|comment allez-vous|wie geht es Ihnen|come sta|cómo está
  What's your name|comment vous appelez-vous|wie heißen Sie|come si chiama|cómo se llama
  Cheers|santé|prost|salute|salud
  Nice to meet you|enchanté|freut mich|piacere|mucho gusto
  I don't understand|je ne comprends pas|ich verstehe nicht|non capisco|no entiendo
  Do you speak English|parlez-vous anglais|sprechen Sie Englisch|parla inglese|habla inglés
  Where is the station|où est la gare|wo ist der Bahnhof|dov'è la stazione|dónde está la estación
  Where is the bathroom|où sont les toilettes|wo ist die Toilette|dov'è il bagno|dónde está el baño
  How much is it|c'est combien|was kostet das|quanto costa|cuánto cuesta
  What time is it|quelle heure est-il|wie spät ist es|che ore sono|qué hora es
  I would like a coffee|je voudrais un café|ich hätte gern einen Kaffee|vorrei un caffè|quisiera un café
  The bill, please|l'addition, s'il vous plaît|die Rechnung, bitte|il conto, per favore|la cuenta, por favor
  I need help|j'ai besoin d'aide|ich brauche Hilfe|ho bisogno di aiuto|necesito ayuda
  See you tomorrow|à demain|bis morgen|a domani|hasta mañana
  Have a nice day|bonne journée|einen schönen Tag noch|buona giornata|que tenga un buen día
`;

const [head = [], ...rows] = BOOK.trim().split("\n")
  .map((line) => line.trim().split("|"));

/** The languages of the book beside English. */
export const languages: string[] = head.slice(1);

/** The book's phrases, in English. */
export const phrases: string[] = rows.map(([english = ""]) => english);

/** One phrase in one language. */
export interface Entry {
  phrase: string;
  language: string;
  translation: string;
}

/**
 * Finds a phrase, without regard to case, punctuation and contractions.
 *
 * @returns undefined where the book lacks the phrase or the language.
 */
export function lookUp(text: string, language: string): Entry | undefined {
  const column = head.findIndex((name) => plain(name) === plain(language));
  const row = rows.find(([english = ""]) => plain(english) === plain(text));
  const [phrase, name, translation] = [row?.[0], head[column], row?.[column]];
  if (column < 1 || !phrase || !name || !translation) return undefined;
  return { phrase, language: name, translation };
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll("’", "'")
    .replaceAll("n't", " not")
    .replaceAll("'m", " am")
    .replaceAll("'re", " are")
    .replaceAll("'s", " is")
    .replaceAll("'d", " would")
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
