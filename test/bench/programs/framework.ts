/** The Functions Framework with a function that does nothing. */
import { http } from '@google-cloud/functions-framework';

http('bench', (_request, response) => {
  response.status(204).end();
});
