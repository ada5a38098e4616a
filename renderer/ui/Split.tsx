/** A list with its detail beside it; the border between them moves, by pointer or arrow keys. */
import Box from '@mui/material/Box'
import { useRef } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useValue } from '../cache/hooks.ts'
import { detailExpanded, detailWidth } from '../lib/prefs.ts'

const LEAST = 360

export function Split({ list, detail }: { list: ReactNode; detail: ReactNode | undefined }) {
  const { t } = useTranslation()
  const width = useValue(detailWidth)
  const expanded = useValue(detailExpanded) && detail !== undefined
  const frame = useRef<HTMLDivElement>(null)
  const resize = (x: number): void => {
    const box = frame.current?.getBoundingClientRect()
    if (box) detailWidth.set(Math.round(Math.max(LEAST, Math.min(box.width - 240, box.right - x))))
  }
  return (
    <Box ref={frame} sx={{ display: 'flex', flex: 1, minHeight: 0, minWidth: 0 }}>
      {!expanded && <Box sx={{ flex: 1, minWidth: 240, minHeight: 0 }}>{list}</Box>}
      {detail !== undefined && (
        <>
          {!expanded && (
            <Box
              role="separator" aria-orientation="vertical" aria-label={t('common.resize')} aria-valuenow={width} aria-valuemin={LEAST} aria-valuemax={2000} tabIndex={0}
              onPointerDown={(e) => e.currentTarget.setPointerCapture(e.pointerId)}
              onPointerMove={(e) => e.currentTarget.hasPointerCapture(e.pointerId) && resize(e.clientX)}
              onKeyDown={(e) => (e.key === 'ArrowLeft' || e.key === 'ArrowRight') && detailWidth.set(Math.max(LEAST, width + (e.key === 'ArrowLeft' ? 24 : -24)))}
              sx={{ width: 5, flex: 'none', cursor: 'col-resize', borderLeft: '1px solid', borderColor: 'divider', touchAction: 'none', '&:hover': { backgroundColor: 'divider' } }}
            />
          )}
          <Box component="aside" aria-label={t('common.details')} sx={{ width: expanded ? '100%' : width, maxWidth: expanded ? undefined : 'calc(100% - 240px)', flex: 'none', minHeight: 0, display: 'flex', flexDirection: 'column' }}>{detail}</Box>
        </>
      )}
    </Box>
  )
}
