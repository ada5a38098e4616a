import { GROUPS } from './cases/index.ts'
import { tellAll } from './stories.ts'

tellAll(GROUPS, 'nodes')
