// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { Boundary } from '../ui/states.tsx'
import { Later, part, Wait } from './part.ts'

afterEach(cleanup)
const Greeting = ({ name }: { name: string }) => <p>Hello {name}</p>

it('stands aside for what waits until it comes, and is there at once when it has come', async () => {
  let arrive!: (module: { default: typeof Greeting }) => void
  const asked = vi.fn<() => Promise<{ default: typeof Greeting }>>(() => new Promise((resolve) => { arrive = resolve }))
  const Lazy = part(asked)
  expect(asked).not.toHaveBeenCalled()
  const shown = <Wait value={<p>soon</p>}><Lazy name="you" /></Wait>
  render(shown)
  expect(screen.getByText('soon')).toBeTruthy()
  arrive({ default: Greeting })
  expect(await screen.findByText('Hello you')).toBeTruthy()
  expect(screen.queryByText('soon')).toBeNull()
  cleanup()
  render(shown)
  expect(screen.getByText('Hello you')).toBeTruthy()
  expect(asked).toHaveBeenCalledOnce()
})

it('fetched ahead it never waits', async () => {
  const here = Promise.resolve({ default: Greeting })
  const Lazy = part(() => here)
  Lazy.ahead()
  await vi.waitFor(() => {
    cleanup()
    render(<Wait value={<p>soon</p>}><Lazy name="you" /></Wait>)
    expect(screen.queryByText('soon')).toBeNull()
  })
  expect(screen.getByText('Hello you')).toBeTruthy()
})

it('one that cannot be loaded is a fault for the boundary once fresh pages have not helped, and is asked for again', async () => {
  sessionStorage.setItem('reloaded', Array(5).fill(Date.now()).join(' '))
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  let broken = true
  const Lazy = part(async () => {
    if (broken) throw new Error('the line is dead')
    return { default: Greeting }
  })
  render(<Boundary><Lazy name="again" /></Boundary>)
  expect(await screen.findByText(/the line is dead/)).toBeTruthy()
  broken = false
  screen.getByRole('button').click()
  expect(await screen.findByText('Hello again')).toBeTruthy()
  complaint.mockRestore()
  sessionStorage.clear()
})

it('fetched ahead in vain it leaves the page alone, and loads it again when it is wanted', async () => {
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined)
  const ask = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response())
  const Lazy = part<typeof Greeting>(() => Promise.reject(new Error('the line is dead')))
  Lazy.ahead()
  await new Promise((resolve) => { setTimeout(resolve, 300) })
  expect(reload).not.toHaveBeenCalled()
  render(<Wait value={<p>soon</p>}><Lazy name="you" /></Wait>)
  await vi.waitFor(() => expect(reload).toHaveBeenCalledOnce())
  expect(screen.getByText('soon')).toBeTruthy()
  reload.mockRestore()
  ask.mockRestore()
  sessionStorage.clear()
})

it('a second asker waits for the first\'s answer', async () => {
  const from = vi.fn<() => Promise<object>>(async () => ({ here: true }))
  const later = new Later(from)
  expect(later.get()).toBeUndefined()
  const [one, two] = await Promise.all([later.load(), later.load()])
  expect([one === two, one === later.get(), from.mock.calls.length]).toEqual([true, true, 1])
})
