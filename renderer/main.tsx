/** The dashboard's entry: small, so that it always comes; it asks for the rest until that comes too, and never leaves the page blank. */
import { load } from './lib/load.ts'

const WORDS = {
  en: 'The dashboard could not be loaded. Reload this page; if that does not help, see whether Pilothouse still runs.',
  ko: '대시보드를 불러오지 못했습니다. 페이지를 새로 고치세요. 그래도 안 되면 Pilothouse가 실행 중인지 확인하세요.',
}

load(() => import('./start.tsx')).catch((error: unknown) => {
  // Words of its own: what holds the others has not come.
  const language = navigator.language.startsWith('ko') ? 'ko' : 'en'
  document.body.textContent = `${WORDS[language]} (${String(error)})`
})
