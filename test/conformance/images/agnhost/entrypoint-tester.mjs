/** Its arguments, as JSON. */
export default function entrypointTester() {
  console.log(JSON.stringify(process.argv.slice(1)))
}
