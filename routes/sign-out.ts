import { define } from "../lib/define.ts";
import { SIGN_IN } from "../lib/doors/sign_in_path.ts";

export const handler = define.handlers({
  POST(ctx) {
    const { caller, services: { doors } } = ctx.state;
    const response = ctx.redirect(SIGN_IN, 303);
    response.headers.set("set-cookie", doors.signOut(caller));
    return response;
  },
});
