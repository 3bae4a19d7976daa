"""Make ``places.csv.gz`` from a folder with the division tables: ``python -m etl.demo.build_places FOLDER``.

Only needed when the tables or ``guangdong.toml`` change; the result is kept in the package. See PLACES.md.
"""

from __future__ import annotations

import csv
import gzip
import heapq
import io
import math
import re
import sys
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pypinyin import Style, lazy_pinyin

HERE = Path(__file__).parent
PROVINCE = "44"
GRIDS = 3000
SEED = 44  # of the made-up residents only
LEFT_OUT = re.compile("监狱|劳教|戒毒")
ENDING = re.compile("(街道|[^族]乡|民族乡|镇)$")
NUMERALS = "一二三四五六七八九十"
READ_OTHERWISE = {"番禺": "Panyu", "大埔": "Dabu", "长安": "Chang'an", "车陂": "Chebei", "广东": "Guangdong",
                  "花都": "Huadu", "佛冈": "Fogang"}
COUNTY_ENDINGS = (("自治县", " Autonomous County"), ("县", " County"), ("区", " District"), ("市", " City"))
TERMS = {
    "高新技术产业开发区": "High-Tech Zone", "高新科技产业园": "Technology Park", "经济开发试验区": "Economic Pilot Zone",
    "经济开发区": "Economic Zone", "产业转移工业园": "Industrial Transfer Park", "产业转移园": "Industrial Transfer Park",
    "工业园区管理处": "Industrial Park Office", "工业园区": "Industrial Park",
    "工业园": "Industrial Park", "综合保税区": "Bonded Zone",
    "国际机场": "International Airport", "省级自然保护区": "Nature Reserve", "自然保护区": "Nature Reserve",
    "滨海旅游度假区": "Seaside Resort", "生态旅游区": "Eco-Tourism Zone", "生态园": "Eco Park", "矿务局": "Mining Bureau",
    "林业局": "Forestry Bureau", "农林场": "Farm and Forest", "林场": "Forest Farm", "农场": "Farm", "原种场": "Seed Farm",
    "分场": "Branch", "管理区": "District", "滨海新区": "Coastal New Area", "滨海湾新区": "Bay New Area", "新区": "New Area",
    "商贸物流中心": "Logistics Centre", "科创小镇发展中心": "Innovation Town", "沿海": "Coastal", "开发区": "Development Zone",
    "壮族瑶族乡": "Zhuang and Yao Township", "广东省": "", "广东": "", "国营": "State", "国有": "State",
}  # fmt: skip
RELATIVE_SIZE = (("街道", 2.2), ("镇", 1.0), ("乡", 0.5), ("林场", 0.1), ("农场", 0.2), ("水库", 0.1), ("保护区", 0.1))
URBAN_TOWN_SIZE = 2.0  # a town 镇 of an urban city against a rural one
SPACING = {True: 0.012, False: 0.035}  # degrees between grids, by urban
FIELDS = ["code", "level", "kind", "name_zh", "name_en", "parent", "lon", "lat", "urban", "residents"]


@dataclass
class Town:
    """A town before it is cut into grids."""

    code: str
    name: str
    parent: str
    city: str
    urban: bool
    residents: float
    cuts: int = 1


def pinyin(word: str) -> str:
    """The word's usual English spelling: syllables joined, an apostrophe before an open vowel."""
    if word in READ_OTHERWISE:
        return READ_OTHERWISE[word]
    syllables = lazy_pinyin(word, style=Style.NORMAL)
    joined = "".join("'" + s if i and s[0] in "aeo" else s for i, s in enumerate(syllables))
    return joined.replace("ü", "u").capitalize()


def place_english(name: str) -> str:
    """A town's or a zone's name: known terms are translated, the places in them spelled, 市 and 县 after them left out."""
    name = name.replace("（", "(").replace("）", ")")
    out = []
    for part in re.split("(" + "|".join(sorted(TERMS, key=len, reverse=True)) + "|[()])", name):
        if part in TERMS or part in "()":
            out.append(TERMS.get(part, part))
        else:
            places = re.split("(?<=[^省市县区]{2})[市县](?=.{2}|$)|(?<=端州)区|(?<=蓝城)区|(?<=坡头)区", part)
            out += [pinyin(place) for place in places if place]
    return " ".join(word for word in out if word).replace("( ", "(").replace(" )", ")").strip()


def numeral(number: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十."""
    if number <= 10:
        return NUMERALS[number - 1]
    tens, ones = divmod(number, 10)
    return (NUMERALS[tens - 1] if tens > 1 else "") + "十" + (NUMERALS[ones - 1] if ones else "")


def read_table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["provinceCode"] == PROVINCE]


def county_english(name: str) -> str:
    if name == "城区":
        return "Chengqu District"
    for ending, english in COUNTY_ENDINGS:
        if name.endswith(ending):
            stem = re.sub("(壮族|瑶族)+$", "", name.removesuffix(ending))
            return pinyin(stem) + english
    raise ValueError(f"a county called {name}?")


def relative_size(name: str, urban_share: float) -> float:
    size = next((size for ending, size in RELATIVE_SIZE if name.endswith(ending)), 0.4)
    return URBAN_TOWN_SIZE * urban_share + size * (1 - urban_share) if name.endswith("镇") else size


def is_urban(name: str, urban_share: float, draw: float) -> bool:
    if name.endswith("街道"):
        return True
    if name.endswith("镇"):
        return draw < urban_share
    return bool(re.search("新区|开发区|产业园|工业|保税|机场|科技|港$|松山湖", name))


def towns_of(folder: Path, facts: dict[str, Any]) -> list[Town]:
    """All towns with their company and residents (which sum to the city's)."""
    company = {pair: o["code"] for o in facts["organisation"] for pair in o["towns"]}
    cities = {row["code"]: row["name"] for row in read_table(folder, "cities.csv")}
    rng, towns = np.random.default_rng(SEED), []
    used: set[str] = set()
    for row in read_table(folder, "streets.csv"):
        if LEFT_OUT.search(row["name"]):
            continue
        pair, share = f"{row['areaCode']}:{row['name']}", facts["city"][cities[row["cityCode"]]][3]
        used.add(pair)
        size = relative_size(row["name"], share) * math.exp(0.35 * rng.standard_normal())
        towns.append(Town(row["code"], row["name"], company.get(pair, row["areaCode"]), row["cityCode"],
                          is_urban(row["name"], share, rng.random()), size))  # fmt: skip
    if set(company) - used:
        raise ValueError(f"no such towns: {sorted(set(company) - used)}")
    total: defaultdict[str, float] = defaultdict(float)
    for town in towns:
        total[town.city] += town.residents
    for town in towns:
        town.residents *= facts["city"][cities[town.city]][2] * 10_000 / total[town.city]
    return towns


def cut(towns: list[Town], grids: int) -> None:
    """Cut the towns into ``grids`` pieces, always the town with the largest pieces next."""
    heap = [(-town.residents, i) for i, town in enumerate(towns)]
    heapq.heapify(heap)
    for _ in range(grids - len(towns)):
        _, i = heapq.heappop(heap)
        towns[i].cuts += 1
        heapq.heappush(heap, (-towns[i].residents / (towns[i].cuts), i))


def grid_names(towns: list[Town]) -> list[tuple[str, str]]:
    """Each town's stem in both languages; the full name where two towns of a company would be called alike."""
    stems = [ENDING.sub("", t.name) if len(ENDING.sub("", t.name)) > 1 else t.name for t in towns]
    seen = Counter((t.parent, s) for t, s in zip(towns, stems, strict=True))
    stems = [t.name if seen[t.parent, s] > 1 else s for t, s in zip(towns, stems, strict=True)]
    english = [place_english(s) for s in stems]
    alike = Counter((t.parent, e) for t, e in zip(towns, english, strict=True))
    kinds = {"街道": " Subdistrict", "镇": " Town", "乡": " Township"}
    out = []
    for t, s, e in zip(towns, stems, english, strict=True):
        if alike[t.parent, e] > 1:
            e += next((word for ending, word in kinds.items() if t.name.endswith(ending)), " Zone")
        out.append((s, e))
    return out


def around(count: int) -> list[tuple[float, float]]:
    """``count`` points of even density in a disc, in the order of a hand of a clock: a town's grids stay neighbours."""
    turn = math.pi * (3 - math.sqrt(5))
    points = [(math.sqrt(i), (i * turn) % (2 * math.pi)) for i in range(1, count + 1)]
    return [(r * math.cos(a), r * math.sin(a)) for r, a in sorted(points, key=lambda point: point[1])]


def grid_rows(towns: list[Town], centres: dict[str, list[float]]) -> list[list[Any]]:
    """The grids, laid out in a disc of even density around their company's seat."""
    rng, rows, sizes = np.random.default_rng(SEED + 1), [], Counter[str]()
    for town in towns:
        sizes[town.parent] += town.cuts
    free = {company: iter(around(size)) for company, size in sizes.items()}
    for town, (zh, en) in zip(towns, grid_names(towns), strict=True):
        shares = rng.dirichlet(np.full(town.cuts, 40.0)) if town.cuts > 1 else [1.0]
        for piece in range(town.cuts):
            (east, north), (lon, lat) = next(free[town.parent]), centres[town.parent]
            spacing = SPACING[town.urban]
            one = town.cuts == 1
            kind = "administrative" if one else "organisation"
            rows.append([town.code if one else f"{town.code}-{piece + 1}", "grid", kind,
                         f"{zh}网格" if one else f"{zh}{numeral(piece + 1)}网格",
                         f"{en} Grid" if one else f"{en} Grid {piece + 1}",
                         town.parent, round(lon + spacing * east, 4), round(lat + spacing * north, 4),
                         int(town.urban), max(800, round(town.residents * shares[piece]))])  # fmt: skip
    return rows


def company_rows(folder: Path, facts: dict[str, Any]) -> list[list[Any]]:
    """Province, cities and county companies, without residents."""
    rows: list[list[Any]] = [[PROVINCE, "province", "administrative", "广东省", "Guangdong", "", 113.4, 23.3, "", ""]]
    for row in read_table(folder, "cities.csv"):
        lon, lat, *_ = facts["city"][row["name"]]
        rows.append([row["code"], "city", "administrative", row["name"], pinyin(row["name"][:-1]), PROVINCE, lon, lat, "", ""])
    for row in read_table(folder, "areas.csv"):
        if row["code"] in facts["county"]:
            rows.append([row["code"], "county", "administrative", row["name"], county_english(row["name"]), row["cityCode"],
                         *facts["county"][row["code"]], "", ""])  # fmt: skip
    for o in facts["organisation"]:
        rows.append([o["code"], "county", "organisation", o["name_zh"], o["name_en"], o["code"][:4], *o["at"], "", ""])
    return rows


def build(folder: Path) -> list[list[Any]]:
    """All rows of the places file, parents before children."""
    facts = tomllib.loads((HERE / "guangdong.toml").read_text("utf-8"))
    companies = company_rows(folder, facts)
    towns = towns_of(folder, facts)
    cut(towns, GRIDS)
    order = defaultdict(list)
    for row in grid_rows(towns, {r[0]: r[6:8] for r in companies}):
        order[row[5]].append(row)
    return companies + [row for company in companies for row in order.get(company[0], [])]


def main(folder: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([FIELDS, *build(Path(folder))])
    (HERE / "places.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
