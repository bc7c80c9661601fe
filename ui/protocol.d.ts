/**
 * What the server's API says. Written by `make types` from the OpenAPI document: change the
 * models in `server/`, not this file.
 */

export interface Click {
  id: number;
  look_id: string | null;
  garment: number | null;
  category: string | null;
  provider: string;
  offer_id: string;
  title: string;
  link: string;
  shop: string | null;
  price: string | null;
  currency: string | null;
  similarity: number | null;
  created_at: string;
}

export interface ClickRequest {
  look_id: string;
  garment: number;
  offer_id: string;
}

export interface Colour {
  name: string;
  hex: string;
  share: number;
}

export interface Converted {
  price: string;
  currency: string;
  rate: string;
  as_of: string | null;
  source: "given" | "ecb";
}

export interface Done {
  event: "done";
  order: string[];
  left_out: Record<string, number>;
}

export interface Failed {
  provider: string;
  reason: string;
  event: "failed";
}

export interface Failure {
  provider: string;
  reason: string;
}

export interface FieldProblem {
  field: string;
  message: string;
}

export interface Garment {
  number: number;
  category: "short sleeve top" | "long sleeve top" | "short sleeve outwear" | "long sleeve outwear" | "vest" | "sling" | "shorts" | "trousers" | "skirt" | "short sleeve dress" | "long sleeve dress" | "vest dress" | "sling dress";
  category_id: number;
  kind: Kind;
  score: number;
  box: [number, number, number, number];
  polygons: [number, number][][];
  colours: Colour[];
  keywords: string[];
  search_text: Record<string, string>;
  pattern: "solid" | "striped" | "checked" | "dotted" | "floral" | "animal" | "graphic" | null;
  crop: string;
}

export interface History {
  clicks: Click[];
}

export type Kind = "top" | "outwear" | "bottom" | "dress";

export interface Look {
  id: string;
  width: number;
  height: number;
  image_url: string | null;
  page_url: string | null;
  created_at: string;
  garments: Garment[];
}

export interface LookRequest {
  image_url: string;
  page_url?: string | null;
}

export interface Looks {
  looks: Look[];
}

export interface Money {
  amount: string;
  currency: string;
}

export type OfferEvent = Offers | Failed | Done;

export interface OfferList {
  offers: Offer[];
  failed: Failure[];
  left_out: Record<string, number>;
}

export interface Offer {
  id: string;
  provider: string;
  type: "product" | "search";
  title: string;
  link: string;
  shop: string | null;
  price: string | null;
  currency: string | null;
  list_price: string | null;
  converted: Converted | null;
  availability: "in_stock" | "out_of_stock" | "preorder" | null;
  condition: "new" | "used" | "refurbished" | null;
  shipping: Money | null;
  gtin: string | null;
  sellers: Seller[];
  picture: string | null;
  similarity: number | null;
  score: number;
  kind: Kind | null;
  same_colour: boolean | null;
  partner: boolean;
  why: string[];
}

export interface Offers {
  event: "offers";
  provider: string;
  offers: Offer[];
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  hint: string;
  errors: FieldProblem[] | null;
}

export interface Provider {
  name: string;
  title: string;
  enabled: boolean;
  switch: string | null;
  needs: string[];
  runs_early: boolean;
  discloses: string;
  cost: string;
  quota: Quota | null;
}

export interface Providers {
  providers: Provider[];
}

export interface Quota {
  sent: number;
  per_day: number | null;
  renews_at: string;
}

export interface Rates {
  source: "given" | "ecb" | null;
  as_of: string | null;
  currencies: string[];
  problem: string | null;
}

export interface Seller {
  id: string;
  provider: string;
  link: string;
  shop: string | null;
  price: Money | null;
  converted: Converted | null;
  availability: "in_stock" | "out_of_stock" | "preorder" | null;
}

export interface SessionRequest {
  token: string;
}

export interface UploadFields {
  image_url?: string | null;
  page_url?: string | null;
}
