/** Does nothing, for ever. */
export default function pause() {
  console.log('Paused')
  setInterval(() => undefined, 1 << 30)
}
