import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../../transport/errors";
import { rest } from "../state/services";
import Leave from "./Leave.svelte";

const eraseMe = vi.spyOn(rest, "eraseMe");
beforeEach(() => eraseMe.mockReset().mockResolvedValue());

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

it("an account is erased with its password, and a wrong one is said to be wrong", async () => {
  render(Leave, { guest: false, admin: false });
  await press("Erase account");
  eraseMe.mockRejectedValueOnce(new ApiError("FORBIDDEN", "the current password is wrong"));
  await fireEvent.input(screen.getByLabelText(/Current password/i), { target: { value: "blue-sofa" } });
  await press("Erase for good");
  expect((await screen.findByRole("alert")).textContent).not.toBe("");
  expect(eraseMe).toHaveBeenLastCalledWith("blue-sofa");
  await press("Erase for good");
  await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

it("a guest has no password to give", async () => {
  render(Leave, { guest: true, admin: false });
  await press("Erase account");
  await press("Erase for good");
  expect(eraseMe).toHaveBeenCalledExactlyOnceWith(null);
});

it("whoever thinks better of it loses nothing", async () => {
  render(Leave, { guest: false, admin: false });
  await press("Erase account");
  await press("Cancel");
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(eraseMe).not.toHaveBeenCalled();
});

it("an admin reads who can", () => {
  render(Leave, { guest: false, admin: true });
  expect(screen.queryByRole("button", { name: "Erase account" })).toBeNull();
  screen.getByText(/Another admin can/);
});
