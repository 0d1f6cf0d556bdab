/** What the name of a person's cookie begins with; the port of the server's address follows. */
export const personCookie = 'baton';
