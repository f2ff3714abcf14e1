// The real OpenID provider, as Clerk would be: a public native client, PKCE, any port of 127.0.0.1, RS256 JWT access
// tokens, rotation of refresh tokens, revocation.  provider.mjs FOLDER CLIENT_ID ROLE  prints {"issuer": …}.
import http from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, clientId, role] = process.argv.slice(2);
const entry = createRequire(`${folder}/package.json`).resolve('oidc-provider');
const { default: Provider } = await import(pathToFileURL(entry));

let answer;
const server = http.createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const audience = 'authenticated';
  const resource = {
    audience, scope: 'openid', accessTokenFormat: 'jwt', accessTokenTTL: 3600, jwt: { sign: { alg: 'RS256' } },
  };
  const provider = new Provider(issuer, {
    clients: [{
      client_id: clientId, application_type: 'native', token_endpoint_auth_method: 'none', response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/callback', 'http://127.0.0.1/auth/v1/callback'], grant_types: ['authorization_code', 'refresh_token'],
    }],
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access', 'email', 'profile'],
    claims: { openid: ['sub'], email: ['email'] },
    conformIdTokenClaims: false, // Clerk puts the address into the id token
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: 'ada@example.org' }) }),
    features: {
      devInteractions: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true, defaultResource: () => 'https://project.test', useGrantedResource: () => true,
        getResourceServerInfo: () => resource,
      },
    },
    extraTokenClaims: () => (role ? { role } : {}),
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: { RefreshToken: 86400 },
  });
  answer = provider.callback();
  console.log(JSON.stringify({ issuer }));
});
