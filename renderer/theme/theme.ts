/** The look: one accent, radius 6, dense rows, no shadow but under what floats. Dark and light are equals. */
import { createTheme } from '@mui/material/styles'

/** The five levels a status can have, the same everywhere. */
export type Level = 'ok' | 'working' | 'waiting' | 'warning' | 'failed'

declare module '@mui/material/styles' {
  interface Palette {
    level: Record<Level, string>
    hover: string
    sunken: string
  }
  interface PaletteOptions {
    level?: Record<Level, string>
    hover?: string
    sunken?: string
  }
}

export const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace'
const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", Ubuntu, Cantarell, sans-serif'
const none = 'none'
const focusLine = '2px solid var(--mui-palette-primary-main)'
/** Where what stands around would cut it off. */
const focusInside = { '&.Mui-focusVisible': { outlineOffset: -2 } }

/** What is chosen of a menu is told by more than its ground. For who listens `aria-checked` says it. */
const CHOSEN = { '&[aria-checked]::after': { content: '"✓" / ""', marginLeft: 'auto', paddingLeft: 16, visibility: 'hidden' }, '&[aria-checked=true]::after': { visibility: 'visible' } } as const

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data-theme' },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: '#4653c9', contrastText: '#fff' },
        error: { main: '#c5221f' },
        background: { default: '#fcfcfd', paper: '#ffffff' },
        text: { primary: '#1b1d22', secondary: '#5b616e' },
        divider: '#e4e6eb',
        level: { ok: '#18794e', working: '#0a5fba', waiting: '#5b616e', warning: '#8f5a00', failed: '#c5221f' },
        hover: '#f3f4f7',
        sunken: '#f6f7f9',
      },
    },
    dark: {
      palette: {
        primary: { main: '#95a1ff', contrastText: '#11131c' },
        error: { main: '#ff7b72' },
        background: { default: '#0f1013', paper: '#15171b' },
        text: { primary: '#e7e8ec', secondary: '#9aa0ac' },
        divider: '#262930',
        level: { ok: '#4cc38a', working: '#58a6ff', waiting: '#9aa0ac', warning: '#e2a336', failed: '#ff7b72' },
        hover: '#1b1e24',
        sunken: '#0b0c0f',
      },
    },
  },
  spacing: 4,
  shape: { borderRadius: 6 },
  typography: {
    fontFamily: SANS,
    fontSize: 13,
    htmlFontSize: 16,
    body1: { fontSize: 13, lineHeight: 1.5 },
    body2: { fontSize: 13, lineHeight: 1.45 },
    caption: { fontSize: 12, lineHeight: 1.4 },
    h1: { fontSize: 16, fontWeight: 600, lineHeight: 1.4 },
    h2: { fontSize: 13, fontWeight: 600, lineHeight: 1.4 },
    h3: { fontSize: 12, fontWeight: 600, lineHeight: 1.4 },
    button: { fontSize: 13, fontWeight: 500, textTransform: none, letterSpacing: 0 },
  },
  transitions: { duration: { shortest: 80, shorter: 100, short: 120, standard: 140, complex: 140, enteringScreen: 120, leavingScreen: 100 } },
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        html: { height: '100%' },
        body: { height: '100%', overflow: 'hidden', fontSize: 13, WebkitFontSmoothing: 'antialiased' },
        '#root': { height: '100%' },
        // Korean lines break between words.
        ':lang(ko)': { wordBreak: 'keep-all' },
        ':focus-visible': { outline: focusLine, outlineOffset: 1 },
        '*': { scrollbarWidth: 'thin', scrollbarColor: 'var(--mui-palette-divider) transparent' },
        '.status': { display: 'inline-flex', verticalAlign: 'bottom', maxWidth: '100%', minWidth: 0, alignItems: 'center', gap: 6 },
        '.status .word': { overflow: 'hidden', textOverflow: 'ellipsis' },
        '.mark': { width: 12, height: 12, flex: 'none' },
        ...Object.fromEntries((['ok', 'working', 'waiting', 'warning', 'failed'] as const).map((level) => [`.mark[data-level=${level}]${level === 'ok' ? '' : `, .word[data-level=${level}]`}`, { color: `var(--mui-palette-level-${level})` }])),
        '@media (prefers-reduced-motion: reduce)': { '*, *::before, *::after': { animationDuration: '0.01ms !important', transitionDuration: '0.01ms !important' } },
      },
    },
    // A ripple would show the focus, and there is none: the same line as everywhere does.
    MuiButtonBase: { defaultProps: { disableRipple: true }, styleOverrides: { root: { '&.Mui-focusVisible': { outline: focusLine, outlineOffset: 1 } } } },
    MuiButton: {
      defaultProps: { disableElevation: true, size: 'small' },
      styleOverrides: {
        root: { minHeight: 28, padding: '2px 12px', minWidth: 0, lineHeight: 1.5 },
        outlined: { borderColor: 'var(--mui-palette-divider)', '&.MuiButton-colorPrimary': { color: 'var(--mui-palette-text-primary)' } },
        text: { padding: '2px 8px' },
      },
    },
    MuiIconButton: { defaultProps: { size: 'small' }, styleOverrides: { root: { borderRadius: 6, padding: 4 } } },
    MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: none } } },
    MuiDialog: { styleOverrides: { paper: { border: '1px solid var(--mui-palette-divider)', boxShadow: '0 16px 48px rgb(0 0 0 / 0.28)' } } },
    MuiDialogTitle: { styleOverrides: { root: { fontSize: 15, fontWeight: 600, padding: '16px 20px 8px' } } },
    MuiDialogContent: { styleOverrides: { root: { padding: '8px 20px' } } },
    MuiDialogActions: { styleOverrides: { root: { padding: '12px 20px 16px' } } },
    MuiMenu: { styleOverrides: { paper: { border: '1px solid var(--mui-palette-divider)', boxShadow: '0 8px 24px rgb(0 0 0 / 0.2)' }, list: { padding: 4 } } },
    MuiMenuItem: { styleOverrides: { root: { fontSize: 13, minHeight: 28, borderRadius: 4, padding: '4px 8px', ...focusInside, ...CHOSEN } } },
    MuiTooltip: { defaultProps: { enterDelay: 400, disableInteractive: true }, styleOverrides: { tooltip: { fontSize: 12, padding: '4px 8px' } } },
    MuiTextField: { defaultProps: { size: 'small', fullWidth: true } },
    MuiOutlinedInput: { styleOverrides: { root: { fontSize: 13 }, notchedOutline: { borderColor: 'var(--mui-palette-divider)' } } },
    MuiInputLabel: { styleOverrides: { root: { fontSize: 13 } } },
    MuiFormHelperText: { styleOverrides: { root: { marginLeft: 0, fontSize: 12 } } },
    MuiChip: { defaultProps: { size: 'small' }, styleOverrides: { root: { borderRadius: 6, height: 22, fontSize: 12 }, outlined: { borderColor: 'var(--mui-palette-divider)' } } },
    MuiTabs: { styleOverrides: { root: { minHeight: 34 }, indicator: { height: 2 } } },
    MuiTab: { styleOverrides: { root: { minHeight: 34, minWidth: 0, padding: '4px 10px', fontSize: 13, ...focusInside } } },
    MuiLink: { defaultProps: { underline: 'hover' } },
    MuiAlert: { styleOverrides: { root: { padding: '2px 12px', fontSize: 13 } } },
    MuiSkeleton: { defaultProps: { animation: 'wave' } },
  },
})
