/** Languages: English is built in, Korean arrives as its own chunk when it is wanted. */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Settings } from '../../shared/ipc.ts'
import { speakKorean } from '../lib/spoken.ts'
import { en } from './en.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof en }
    keySeparator: false
    nsSeparator: false
    returnNull: false
  }
}

type Text = typeof en
/** A key whose text has no holes and no plural, for tables of labels. */
export type Key = { [K in keyof Text]: Text[K] extends `${string}{{${string}` ? never : K }[keyof Text]

/** A key whose text names an object: it has the hole {{name}} and no other. */
export type NamedKey = { [K in keyof Text]: Text[K] extends `${string}{{name}}${string}` ? K : never }[keyof Text]

export const i18n = i18next.createInstance()
/** Resources are given, so this settles at once. */
export const i18nReady = i18n.use(initReactI18next).init({
  lng: 'en', fallbackLng: 'en', resources: { en: { translation: en } },
  keySeparator: false, nsSeparator: false, interpolation: { escapeValue: false }, initAsync: false,
})

/** The language to show for a setting, given the languages the system asks for. */
export const languageFor = (setting: Settings['language'], system: readonly string[]): 'en' | 'ko' => {
  if (setting !== 'system') return setting
  return system[0]?.toLowerCase().startsWith('ko') ? 'ko' : 'en'
}

export async function applyLanguage(setting: Settings['language']): Promise<void> {
  const language = languageFor(setting, navigator.languages)
  if (language === 'ko' && !i18n.hasResourceBundle('ko', 'translation')) {
    const [{ ko }, { saidKorean }] = await Promise.all([import('./ko.ts'), import('../../shared/said.ts')])
    speakKorean(saidKorean)
    i18n.addResourceBundle('ko', 'translation', ko)
  }
  await i18n.changeLanguage(language)
  document.documentElement.lang = language
}
