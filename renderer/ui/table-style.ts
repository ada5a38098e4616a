/** One style sheet for the whole table; a class for each cell would be thousands of lookups. */
export const tableStyle = (grid: string) => ({
  height: '100%', overflow: 'auto', position: 'relative', outlineOffset: -2, contain: 'strict',
  '& .head': { position: 'sticky', top: 0, zIndex: 1, minWidth: 'fit-content', backgroundColor: 'background.default', borderBottom: '1px solid', borderColor: 'divider' },
  '& .headrow, & .row': { display: 'grid', gridTemplateColumns: grid, columnGap: '12px', alignItems: 'center', padding: '0 16px', minWidth: '100%' },
  '& .headrow': { height: 30 },
  '& .headrow button': { all: 'unset', cursor: 'pointer', fontSize: 12, fontWeight: 500, color: 'text.secondary', display: 'inline-flex', gap: '4px', borderRadius: '2px', '&:hover': { color: 'text.primary' }, '&:focus-visible': { outline: '2px solid var(--mui-palette-primary-main)' } },
  '& .row': { position: 'absolute', top: 0, left: 0, width: '100%', height: 32, cursor: 'default', fontVariantNumeric: 'tabular-nums' },
  '& .row:hover': { backgroundColor: 'hover' },
  '& .row[aria-selected=true]': { backgroundColor: 'color-mix(in srgb, var(--mui-palette-primary-main) 13%, transparent)' },
  '&:focus-visible .row[aria-selected=true]': { outline: '2px solid var(--mui-palette-primary-main)', outlineOffset: -2 },
  '& .row[aria-selected=true] .changed': { filter: 'opacity(0.6)' },
  '& .row[data-leaving]': { opacity: 0.55 },
  '& .cell': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', minWidth: 0 },
  '& .right': { textAlign: 'right' },
  // Figures end where words would begin.
  '& .right + .cell:not(.right)': { paddingLeft: '12px' },
  '& .mono': { fontFamily: 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace', fontSize: 12 },
  // Behind the words, and so faint that they can be read on it: in a chosen row, too.
  '& .changed': { position: 'absolute', inset: 0, zIndex: -1, pointerEvents: 'none', animation: 'pilothouse-changed 1s ease-out forwards', backgroundColor: 'primary.main' },
  '& .empty': { position: 'sticky', left: 0 },
  '@keyframes pilothouse-changed': { from: { opacity: 0.1 }, to: { opacity: 0 } },
})
