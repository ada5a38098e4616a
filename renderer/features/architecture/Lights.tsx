/**
 * Requests on their way, drawn over the picture: each light is one that the API server has really answered. Only while the
 * page can be seen; where the system asks for no motion, boxes and lights stay still and only the words change.
 */
import Box from '@mui/material/Box'
import { useEffect, useRef, type RefObject } from 'react'
import type { SeenRequest } from '../../../shared/traffic.ts'
import { legsOf, stretch, type Leg, type Rect } from './lights.ts'
import type { Onlooker } from './useTraffic.ts'

/** One stretch, in milliseconds. */
const TAKES = 420
/** More at a time are a blur. */
const MOST_LIGHTS = 48
const COLOURS: Record<Leg['how'], string> = { asked: 'primary-main', refused: 'level-failed', told: 'text-secondary' }

interface Scene {
  layer: HTMLElement
  /** Where a box is in the layer; undefined: it is not in the picture. */
  rect(box: string): Rect | undefined
  flash(box: string, colour: string, delay: number): void
}

function sceneOf(frame: HTMLElement, layer: HTMLElement): Scene {
  const origin = layer.getBoundingClientRect()
  const boxes = new Map([...frame.querySelectorAll<HTMLElement>('[data-box]')].map((e) => [e.dataset['box'] ?? '', e]))
  return {
    layer,
    rect(name) {
      const r = boxes.get(name)?.getBoundingClientRect()
      return r && { left: r.left - origin.left, top: r.top - origin.top, width: r.width, height: r.height }
    },
    flash(name, colour, delay) {
      boxes.get(name)?.animate([{ borderColor: colour, boxShadow: `0 0 0 1px ${colour}`, offset: 0.2 }, {}], { duration: 600, delay, easing: 'ease-out' })
    },
  }
}

function light(scene: Scene, { from, to, how }: Leg, delay: number): void {
  const [a, b] = [scene.rect(from), scene.rect(to)]
  if (!a || !b || scene.layer.childElementCount >= MOST_LIGHTS) return
  const [start, end] = stretch(a, b)
  const colour = `var(--mui-palette-${COLOURS[how]})`
  const dot = scene.layer.appendChild(document.createElement('i'))
  dot.style.backgroundColor = colour
  dot.style.boxShadow = `0 0 8px 1px ${colour}`
  const at = ({ x, y }: { x: number; y: number }): string => `translate(${x - 4}px, ${y - 4}px)`
  const moving = dot.animate(
    [{ transform: at(start), opacity: 0 }, { opacity: 1, offset: 0.15 }, { opacity: 1, offset: 0.85 }, { transform: at(end), opacity: how === 'refused' ? 1 : 0 }],
    { duration: TAKES, delay, fill: 'both', easing: 'ease-in-out' },
  )
  const gone = (): void => dot.remove()
  moving.finished.then(gone, gone)
  scene.flash(to, colour, delay + TAKES * 0.8)
}

function show(scene: Scene, requests: readonly SeenRequest[]): void {
  // Those of one tenth of a second follow each other, so that they can be told apart.
  requests.forEach((request, i) => {
    const begin = i * 60
    for (const [n, leg] of legsOf(request).entries()) light(scene, leg, begin + Math.min(n, 2) * TAKES)
  })
}

export function Lights({ frame, onSeen }: { frame: RefObject<HTMLElement | null>; onSeen: Onlooker }) {
  const layer = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const still = matchMedia('(prefers-reduced-motion: reduce)')
    return onSeen((requests) => {
      if (!still.matches && frame.current && layer.current) show(sceneOf(frame.current, layer.current), requests)
    })
  }, [frame, onSeen])
  return <Box ref={layer} aria-hidden data-testid="lights" sx={{ position: 'absolute', inset: 0, pointerEvents: 'none', overflow: 'hidden', '& i': { position: 'absolute', left: 0, top: 0, width: 8, height: 8, borderRadius: '50%' } }} />
}
