import integrationSetup from '../integration/setup.ts'

/** The same engine and images as the integration tests. */
export default integrationSetup
