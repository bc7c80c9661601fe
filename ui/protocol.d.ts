/**
 * What the server's API says. Written by `make types` from the OpenAPI document: change the
 * models in `server/`, not this file.
 */

export interface Adding {
  source: string;
  progress: Progress;
}

export interface CatalogPreparing {
  preparing: Preparing | null;
}

export interface CatalogPrice {
  amount: string;
  currency: string;
}

export interface CatalogProduct {
  id: number;
  title: string;
  link: string;
  shop: string;
  brand: string | null;
  price: CatalogPrice | null;
  list_price: CatalogPrice | null;
  availability: string | null;
  colour: string | null;
  size: string | null;
  kind: string | null;
  left_out: string | null;
  picture: string | null;
}

export interface CatalogProducts {
  total: number;
  products: CatalogProduct[];
}

export interface CatalogStats {
  products: number;
  searchable: number;
  gone: number;
  left_out: Record<string, number>;
}

export interface Categories {
  categories: Category[];
}

export interface Category {
  name: "short sleeve top" | "long sleeve top" | "short sleeve outwear" | "long sleeve outwear" | "vest" | "sling" | "shorts" | "trousers" | "skirt" | "short sleeve dress" | "long sleeve dress" | "vest dress" | "sling dress" | "shoes" | "bag" | "hat" | "eyewear" | "scarf" | "belt" | "other";
  kind: Kind;
  words: Record<string, string>;
}

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

export interface Colours {
  colours: Shade[];
}

export interface Converted {
  price: string;
  currency: string;
  rate: string;
  as_of: string | null;
  source: "given" | "ecb";
}

export interface Device {
  id: string;
  name: string;
  origin: string;
  since: string;
}

export interface Done {
  event: "done";
  order: string[];
  left_out: Record<string, number>;
  answered: string[];
  receipt: Receipt | null;
  preparing: Preparing | null;
}

export interface Failed {
  provider: string;
  reason: string;
  code: string;
  details: string[];
  event: "failed";
}

export interface Failure {
  provider: string;
  reason: string;
  code: string;
  details: string[];
}

export interface FieldProblem {
  field: string;
  message: string;
}

export interface FrameRequest {
  box: [number, number, number, number];
}

export interface GarmentChange {
  category?: "short sleeve top" | "long sleeve top" | "short sleeve outwear" | "long sleeve outwear" | "vest" | "sling" | "shorts" | "trousers" | "skirt" | "short sleeve dress" | "long sleeve dress" | "vest dress" | "sling dress" | "shoes" | "bag" | "hat" | "eyewear" | "scarf" | "belt" | "other";
  garment?: boolean;
  parts?: number;
  same_as?: number;
}

export interface Garment {
  number: number;
  category: "short sleeve top" | "long sleeve top" | "short sleeve outwear" | "long sleeve outwear" | "vest" | "sling" | "shorts" | "trousers" | "skirt" | "short sleeve dress" | "long sleeve dress" | "vest dress" | "sling dress" | "shoes" | "bag" | "hat" | "eyewear" | "scarf" | "belt" | "other";
  category_id: number | null;
  kind: Kind | null;
  score: number;
  box: [number, number, number, number];
  polygons: [number, number][][];
  colours: Colour[];
  keywords: string[];
  search_text: Record<string, string>;
  pattern: "solid" | "striped" | "checked" | "dotted" | "floral" | "animal" | "graphic" | null;
  rivals: Rival[];
  crop: string;
}

export interface History {
  clicks: Click[];
}

export interface Keeping {
  keep: boolean;
  fixed: boolean;
}

export interface KeepingRequest {
  keep: boolean;
}

export interface KeyChange {
  name: string;
  value: string | null;
}

export interface Key {
  name: string;
  is_set: boolean;
  is_fixed: boolean;
}

export interface KeysChange {
  keys: KeyChange[];
}

export type Kind = "top" | "outwear" | "bottom" | "dress" | "footwear" | "bag" | "hat" | "eyewear" | "scarf" | "belt";

export interface Like {
  look: Look;
  garment: number;
}

export interface LikeRequest {
  offer_id: string;
}

export interface Link {
  address: string;
  rows: string[];
  seconds: number;
}

export interface LinkRequest {
  name?: string;
  link: string;
}

export interface ListedShop {
  name: string;
  address: string;
  country: string;
  tastes: string[];
  added: boolean;
}

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
  may_be_page?: boolean;
  page_url?: string | null;
}

export interface Looks {
  looks: Look[];
}

export interface Money {
  amount: string;
  currency: string;
}

export type NoRates = "file-missing" | "not-yet" | "not-downloaded" | "too-old" | "too-old-not-downloaded" | "of-the-future" | "file-too-large" | "unreadable";

export interface Note {
  code: string;
  text: string;
}

export interface OfferChange {
  offer_id: string;
  put_away: boolean;
}

export type OfferEvent = Offers | Failed | Done;

export interface OfferList {
  offers: Offer[];
  failed: Failure[];
  left_out: Record<string, number>;
  answered: string[];
  receipt: Receipt | null;
  preparing: Preparing | null;
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
  brand: string | null;
  sizes: string[];
  also_in: string[];
  gender: "female" | "male" | "unisex" | null;
  sellers: Seller[];
  picture: string | null;
  similarity: number | null;
  likeness: "same" | "very similar" | "alike" | null;
  close: boolean | null;
  score: number;
  kind: Kind | null;
  same_colour: boolean | null;
  same_category: boolean | null;
  partner: boolean;
  why: string[];
  against: "put_away" | "category" | "likeness" | "shop" | "condition" | "colour" | "price" | "price_unknown" | "asked_colour" | "asked_pattern" | "asked_sleeves" | "asked_words" | "asked_shop" | "asked_brand" | "asked_size" | "asked_gender" | "asked_availability" | null;
}

export interface Offers {
  event: "offers";
  provider: string;
  offers: Offer[];
}

export interface PairingAnswer {
  state: "waiting" | "allowed" | "refused";
  token: string | null;
}

export interface PairingClaim {
  secret: string;
}

export interface PairingDecision {
  allow: boolean;
}

export interface Pairing {
  id: string;
  secret: string;
  code: string;
  seconds: number;
}

export interface PairingWish {
  name: string;
}

export interface Pairings {
  waiting: Waiting[];
  allowed: Device[];
}

export interface Preparing {
  left: number;
  hidden: number;
  total: number;
  going: boolean;
  seconds_left: number | null;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  hint: string;
  errors: FieldProblem[] | null;
  request_id: string | null;
}

export interface Progress {
  state: "waiting" | "running" | "done" | "failed";
  items: number;
  total: number | null;
  part: number;
  seconds_left: number | null;
  code: string | null;
  text: string | null;
}

export interface ProviderChange {
  enabled: boolean;
}

export interface Provider {
  name: string;
  title: string;
  enabled: boolean;
  available: boolean;
  switch: string | null;
  keys: Key[];
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
  problem_code: NoRates | null;
  problem_details: string[];
}

export interface Receipt {
  id: string;
  look_id: string;
  garment: number;
  at: string;
  sendings: Sending[];
}

export interface Receipts {
  receipts: Receipt[];
}

export interface RefreshRequest {
  accept_smaller?: boolean;
}

export interface Rival {
  category: "short sleeve top" | "long sleeve top" | "short sleeve outwear" | "long sleeve outwear" | "vest" | "sling" | "shorts" | "trousers" | "skirt" | "short sleeve dress" | "long sleeve dress" | "vest dress" | "sling dress" | "shoes" | "bag" | "hat" | "eyewear" | "scarf" | "belt" | "other";
  words: Record<string, string>;
}

export interface ScheduleRequest {
  every_hours: number;
}

export interface SearchFields {
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

export interface Sending {
  provider: string;
  title: string;
  host: string;
  method: string;
  at: string;
  what: ("crop" | "words" | "picture address")[];
  words: string | null;
  crop_bytes: number;
  sent_bytes: number;
  outcome: "answered" | "refused" | "failed" | "waiting" | "not sent";
  status: number | null;
  answer_bytes: number;
}

export interface Session {
  id: string;
  name: string;
  since: string;
  is_own: boolean;
}

export interface SessionRequest {
  name?: string;
  token: string;
}

export interface Sessions {
  sessions: Session[];
}

export interface Shade {
  name: "black" | "charcoal" | "grey" | "light grey" | "white" | "ivory" | "beige" | "camel" | "brown" | "dark brown" | "khaki" | "olive" | "green" | "dark green" | "mint" | "teal" | "light blue" | "blue" | "navy" | "denim blue" | "purple" | "lavender" | "pink" | "hot pink" | "coral" | "red" | "burgundy" | "orange" | "yellow" | "mustard";
  hex: string;
}

export interface ShopList {
  name: string;
  key: string;
  shops: ListedShop[];
}

export interface ShopLists {
  lists: ShopList[];
}

export interface Shop {
  id: number;
  name: string;
  source: string;
  form: string;
  partner: boolean;
  products: number;
  searchable: number;
  gone: number;
  every_hours: number;
  checked_at: string;
  unfinished: boolean;
  note: Note | null;
  progress: Progress | null;
}

export interface ShopRequest {
  source: string;
  name?: string | null;
  currency?: string | null;
}

export interface Shops {
  shops: Shop[];
  adding: Adding[];
  preparing: Preparing | null;
}

export interface Test {
  verdict: "answers" | "fails" | "off" | "not tried";
  offers: number;
  seconds: number;
  message: string;
  code: string;
  details: string[];
  change: string;
}

export interface Understood {
  colour: ("black" | "charcoal" | "grey" | "light grey" | "white" | "ivory" | "beige" | "camel" | "brown" | "dark brown" | "khaki" | "olive" | "green" | "dark green" | "mint" | "teal" | "light blue" | "blue" | "navy" | "denim blue" | "purple" | "lavender" | "pink" | "hot pink" | "coral" | "red" | "burgundy" | "orange" | "yellow" | "mustard")[];
  pattern: "solid" | "striped" | "checked" | "dotted" | "floral" | "animal" | "graphic" | null;
  sleeves: "long" | "short" | "none" | null;
  category: "short sleeve top" | "long sleeve top" | "short sleeve outwear" | "long sleeve outwear" | "vest" | "sling" | "shorts" | "trousers" | "skirt" | "short sleeve dress" | "long sleeve dress" | "vest dress" | "sling dress" | "shoes" | "bag" | "hat" | "eyewear" | "scarf" | "belt" | null;
  word: string[];
  min_price: string | null;
  max_price: string | null;
  currency: string | null;
}

export interface UploadFields {
  image_url?: string | null;
  page_url?: string | null;
}

export interface Waiting {
  id: string;
  name: string;
  origin: string;
  code: string;
  seconds: number;
}
