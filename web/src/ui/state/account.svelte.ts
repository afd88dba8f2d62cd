/** Who is signed in, for the page to follow. */
import type { User } from "../../protocol/rest";
import { auth } from "./services";

class Account {
  user: User | null = $state.raw(auth.current?.user ?? null);

  constructor() {
    auth.subscribe((signIn) => {
      this.user = signIn?.user ?? null;
    });
  }
}

export const account = new Account();
