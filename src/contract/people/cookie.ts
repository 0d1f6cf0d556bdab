/** What the name of a person's cookie begins with, after `__Host-` over https; the port of the server's address follows. */
export const personCookie = 'baton';
