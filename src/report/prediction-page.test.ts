import { expect, test } from "vitest";
import { predictionPage } from "./prediction-page.ts";

const thumbnail = Uint8Array.of(0xff, 0xd8, 0xff);
const answers = (className: string, probability: number): { className: string; probability: number }[] => [
  { className, probability },
  { className: "other", probability: 1 - probability },
];

test("shows every image with its classes, in order, and counts the likeliest ones", () => {
  const page = predictionPage({
    model: "M2-scratch-seed0",
    images: [
      { file: "b.jpg", thumbnail, answers: answers("disc", 0.875) },
      { file: "a.jpg", thumbnail, answers: answers("heart", 0.9994) },
      { file: "c.jpg", thumbnail, answers: answers("heart", 0.6) },
    ],
  });
  expect(page).toContain("<title>Predictions of M2-scratch-seed0 · Graft</title>");
  expect(page).toContain("<p>3 images: heart 2, disc 1</p>");
  expect([...page.matchAll(/class="file"><bdi>(.*?)<\/bdi>/g)].map(([, file]) => file)).toEqual([
    "b.jpg",
    "a.jpg",
    "c.jpg",
  ]);
  expect([...page.matchAll(/<bdi>(\w+)<\/bdi><\/span> <span>(.*?)<\/span>/g)].map(([, ...row]) => row)).toEqual([
    ["disc", "87.5 %"],
    ["other", "12.5 %"],
    ["heart", "99.9 %"],
    ["other", "0.1 %"],
    ["heart", "60.0 %"],
    ["other", "40.0 %"],
  ]);
  expect(page.match(/src="data:image\/jpeg;base64,\/9j\/"/g)).toHaveLength(3);
});

test("nothing in a name becomes markup, and the page asks for nothing beside itself", () => {
  const evil = `"><script>alert(1)</script>&.png`;
  const page = predictionPage({ model: evil, images: [{ file: evil, thumbnail, answers: answers(evil, 1) }] });
  expect(page).not.toContain("<script");
  expect(page).toContain("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;.png");
  expect(page).toContain(
    `content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:; font-src data:"`,
  );
  expect(page).not.toMatch(/https?:|url\((?!data:font)/);
});
