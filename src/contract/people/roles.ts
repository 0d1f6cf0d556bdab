/** What a person is here, the one who may most first. */
export const roles = ['owner', 'designer', 'supervisor', 'live-agent', 'viewer'] as const;
export type Role = (typeof roles)[number];

/** Who may sit at the built-in desk. */
export const deskRoles: readonly Role[] = ['owner', 'designer', 'supervisor', 'live-agent'];
