import type { Role } from '../../../contract/people/roles.ts';
import { shellTexts } from '../../texts/studio/shell.ts';

/** What somebody can be here, the one who may most first. */
export const allRoles = Object.keys(shellTexts.roles) as readonly Role[];
