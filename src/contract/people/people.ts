import Type, { type Static, type TSchema } from 'typebox';
import { shape } from '../shape.ts';
import { Instant, Text } from '../text.ts';
import { roles } from './roles.ts';

const nullable = <Schema extends TSchema>(schema: Schema, description: string) =>
  Type.Union([schema, Type.Null()], { description });

/** What a person is called. Without control characters, for it is shown in terminals. */
export const Name = Type.Refine(
  Type.Refine(
    Text,
    (name) => typeof name !== 'string' || name.length <= 80,
    () => 'The name has more than 80 characters; shorten it.',
  ),
  (name) => typeof name !== 'string' || !/\p{Cc}/u.test(name),
  () => 'The name holds a control character; leave it out.',
);

export const Email = Type.Refine(
  Type.String({
    minLength: 3,
    maxLength: 200,
    pattern: '^[^\\s@\\u0000-\\u001f\\u007f-\\u009f]+@[^\\s@\\u0000-\\u001f\\u007f-\\u009f]+$',
  }),
  (email) => typeof email !== 'string' || email.isWellFormed(),
  () => 'The e-mail holds half of a surrogate pair; send well-formed Unicode.',
);

export const NewPassword = Type.String({ minLength: 10, maxLength: 200 });
const Password = Type.String({ minLength: 1, maxLength: 200 });
export const LinkToken = Type.String({ minLength: 20, maxLength: 100, description: 'What a link has behind its `=`.' });
const RoleName = Type.Enum([...roles]);

export const Person = Type.Object({
  id: Type.String(),
  name: Type.String(),
  email: Type.String({ description: 'In lower case; nobody else has it.' }),
  role: RoleName,
  state: Type.Enum(['invited', 'active'], { description: 'Invited: has not been here yet.' }),
  created_at: Instant,
  last_seen_at: nullable(Instant, 'To five minutes; null when they never were here.'),
  signs_in_with: Type.Array(Type.Enum(['password', 'openid-connect'])),
});
export type Person = Static<typeof Person>;

export const SignInOffer = Type.Object({
  password: Type.Literal(true),
  openid_connect: nullable(
    Type.Object({ name: Type.String() }),
    'The provider, as the button names it; null for none.',
  ),
  needs_owner: Type.Boolean({ description: 'The set-up link that the server printed has not been used yet.' }),
});
export type SignInOffer = Static<typeof SignInOffer>;

const strict = { additionalProperties: false };

export const SignInRequest = Type.Object({ email: Email, password: Password });
export const LinkRequest = Type.Object({ token: LinkToken });
export const OwnerRequest = Type.Object({ token: LinkToken, name: Name, email: Email, password: NewPassword });
export const AcceptRequest = Type.Object({ token: LinkToken, name: Name, password: NewPassword });

export const PersonAnswer = Type.Object({ person: Person });
export type PersonAnswer = Static<typeof PersonAnswer>;

export const PasswordRequest = Type.Object({ current: Password, password: NewPassword }, strict);
export const MeRequest = Type.Object({ name: Name }, strict);

export const PeopleList = Type.Object({ people: Type.Array(Person) });
export type PeopleList = Static<typeof PeopleList>;

export const InviteRequest = Type.Object(
  { email: Email, role: RoleName, name: Type.Optional(Name) },
  { ...strict, description: 'Without a name the person is called by the beginning of the e-mail.' },
);

export const InvitationAnswer = Type.Object({
  person: Person,
  invitation: Type.Object(
    { url: Type.String(), expires_at: Instant },
    { description: 'A link to hand on: Baton sends no e-mail. It is good once, and shown only now.' },
  ),
});
export type InvitationAnswer = Static<typeof InvitationAnswer>;

export const PersonChange = Type.Object({ role: Type.Optional(RoleName), name: Type.Optional(Name) }, strict);

export const OpenIdConnectQuery = Type.Object({
  next: Type.Optional(Type.String({ description: 'The path to go on to; one of this server, else /studio.' })),
});

export const email = shape(Email);
export const personName = shape(Name);
export const signInRequest = shape(SignInRequest);
export const linkRequest = shape(LinkRequest);
export const ownerRequest = shape(OwnerRequest);
export const acceptRequest = shape(AcceptRequest);
export const passwordRequest = shape(PasswordRequest);
export const meRequest = shape(MeRequest);
export const inviteRequest = shape(InviteRequest);
export const openIdConnectQuery = shape(OpenIdConnectQuery);
export const personChange = shape(PersonChange);
