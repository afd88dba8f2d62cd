import { describe, expect, it } from "vitest";
import { ApiError } from "./errors";
import { signedIn } from "./testkit";
import { WaveformCalls } from "./waveform";

function answered(status: number, body: unknown) {
  const asked: string[] = [];
  const made = new WaveformCalls(signedIn(), async (url) => {
    asked.push(url);
    return new Response(JSON.stringify(body), { status });
  });
  return { made, asked };
}

describe("a waveform", () => {
  it("is asked for by the file's id", async () => {
    const { made, asked } = answered(200, { peaks: [0, 255] });
    expect(await made.peaksOf("media_1")).toEqual([0, 255]);
    expect(asked).toEqual(["/api/v1/media/media_1/peaks"]);
  });

  it("is null where the server has none", async () => {
    const { made } = answered(404, { code: "NOT_FOUND", message: "there is no such waveform" });
    expect(await made.peaksOf("media_1")).toBeNull();
  });

  it("fails where anything else went wrong", async () => {
    const { made } = answered(503, { code: "OVERLOADED", message: "later" });
    await expect(made.peaksOf("media_1")).rejects.toThrow(ApiError);
  });
});
