/** A call for a terminal; what has to be filled in stands in variables. @param url with `{session_id}` in it. */
export function curlOf(url: string, body: object): string {
  const address = url.replace('{session_id}', '$SESSION_ID');
  const json = JSON.stringify(body).replaceAll("'", "'\\''");
  return [
    'SESSION_ID=…',
    'BATON_KEY=…',
    `curl -X POST "${address}" \\`,
    '  -H "X-Vgai-Key: $BATON_KEY" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d '${json}'`,
  ].join('\n');
}
