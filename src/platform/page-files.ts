import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

/** A file of the pages, ready to be sent. */
export type PageFile = Readonly<{ body: Buffer; headers: Readonly<Record<string, string>> }>;

/** The built pages, held in memory. */
export type PageFiles = Readonly<{
  /**
   * @param name relative to the folder, with slashes: `chat.html`, `assets/chat-x1.js`.
   * @param accepted the request's `Accept-Encoding`. @returns null when there is no such file.
   */
  find: (name: string, accepted?: string) => PageFile | null;
}>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** Pages load nothing from elsewhere, run no inline script, and stand in no other site's frame. */
const policy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ');

const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** Reads the folder once. A folder that is not there holds no files. */
export function openPageFiles(folder: string): PageFiles {
  const files = new Map<string, Buffer>();
  if (existsSync(folder)) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(relative(folder, path).split(sep).join('/'), readFileSync(path));
    }
  }
  return {
    find: (name, accepted = '') => {
      const plain = files.get(name);
      const type = types[extname(name)];
      if (plain === undefined || type === undefined) return null;
      const headers = headersOf(name, type);
      for (const [encoding, ending] of encodings) {
        const body = files.get(`${name}${ending}`);
        if (body !== undefined && accepted.includes(encoding)) {
          return { body, headers: { ...headers, 'content-encoding': encoding, etag: etagOf(body) } };
        }
      }
      return { body: plain, headers: { ...headers, etag: etagOf(plain) } };
    },
  };
}

const etagOf = (body: Buffer): string => `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;

/** Files under `assets/` bear a hash of their content in their name, so they never change. */
function headersOf(name: string, type: string): Record<string, string> {
  return {
    'content-type': type,
    'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    ...(name.endsWith('.html') ? { 'content-security-policy': policy } : {}),
  };
}
