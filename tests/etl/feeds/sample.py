"""A tiny operator's files in the form of the demonstration operator's, for tests of the load."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import sqlalchemy as sa

from etl.sources.declaration import Feed
from etl.sources.parse import read_feeds
from etl.steps import define
from etl.steps.load import LoadResult, load_inbox

SECRET = "for tests only"

AREAS = """\
code,level,kind,name_zh,name_en,parent_code,lon,lat,urban,valid_from,valid_to,change,from_code
P,province,administrative,甲省,Jia,,113,23,,,,,
C1,city,administrative,一市,Yi,P,113,23,,,,,
C2,city,administrative,二市,Er,P,114,24,,,,,
K1,county,administrative,一县,Yixian,C1,113.1,23.1,,,,,
K2,county,organisation,城区一分公司,Chengqu 1,C1,113.2,23.2,,,,,
K3,county,administrative,三县,Sanxian,C2,114.1,24.1,,,,,
G1,grid,administrative,一网格,G 1,K1,113.11,23.11,urban,,2026-07-01,,
G1a,grid,administrative,一网格甲,G 1a,K1,113.11,23.11,urban,2026-07-01,,split,G1
G1b,grid,administrative,一网格乙,G 1b,K1,113.12,23.11,urban,2026-07-01,,split,G1
G2,grid,administrative,二网格,G 2,K2,113.21,23.21,rural,,,,
G3,grid,administrative,三网格,G 3,K1,113.13,23.13,rural,,2026-06-01,,
G3,grid,administrative,三网格,G 3,K3,113.13,23.13,rural,2026-06-01,,move,G3
"""
TOUCHPOINTS = """\
code,kind,name_zh,name_en,area_code,lon,lat,valid_from,valid_to
H1,hall,一号厅,Hall 1,G2,113.21,23.21,,
T1,hotline,热线一班,Team 1,C1,,,,
"""
SUBSCRIBERS = """\
month,area_code,business,segment,subscribers
2026-06,G1,mobile,public,1000
2026-06,G2,mobile,public,2000
2026-06,G2,mobile,elderly,300
2026-06,K3,broadband,public,70
"""
SURVEY_HEADER = (
    "response_id,answered_at,area_code,touchpoint_code,brand,mode,business,segment,generation,stage,channel,customer,"
    "mobile_overall,broadband_overall,mobile_network,voice,mobile_data,tariff,hall,hotline,online,complaint_handling,"
    "coverage_signal,data_speed,data_stability,call_clarity,broadband_speed,broadband_stability,install_service,"
    "bill_clarity,plan_fit,tags,verbatim\n"
)
SURVEY = SURVEY_HEADER + (
    'r1,2026-06-01 10:00:00,G1,,own,sms,mobile,public,5g,after,hall,13800000001,10,,9,8,,7,,,,,,,,,,,,,,信号;资费,"很好, ""满意"" 13912345678"\n'
    "r2,2026-06-02 10:00:00,G2,H1,own,sms,mobile,elderly,4g,sale,hall,13800000002,1,,,,,,10,,,,,,,,,,,,,,\n"
    "r3,2026-06-03 10:00:00,,,rival,sms,mobile,public,4g,,none,,5,,,,,,,,,,,,,,,,,,,,\n"
    "r4,2026-06-30 23:59:59,K3,,own,sms,broadband,public,fixed,after,engineer,13800000001,,6,,,,,,,,,,,,,7,8,9,,,,\n"
)
INVITATIONS = """\
day,area_code,brand,mode,business,asked,answered
2026-06-01,G1,own,sms,mobile,100,12
2026-06-02,G2,own,sms,mobile,50,3
"""
COMPLAINTS_HEADER = (
    "number,opened_at,due_at,closed_at,area_code,touchpoint_code,brand,business,segment,generation,stage,channel,topic1,"
    "topic2,status,resolved,rating,customer,work_order,text,reply\n"
)
COMPLAINTS = COMPLAINTS_HEADER + (
    'c1,2026-06-05 09:00:00,2026-06-07 09:00:00,2026-06-06 09:00:00,G1,,own,mobile,public,5g,after,hotline,网络,覆盖,closed,1,8,13800000001,w1,"我的号码13812345678，身份证440101199001011234",已处理\n'
    "c2,2026-06-30 09:00:00,2026-07-02 09:00:00,,G2,H1,own,mobile,elderly,4g,sale,hall,资费,套餐,open,,,13800000002,,,\n"
)
PROCESS = """\
at,area_code,cell,touchpoint_code,indicator,numerator,denominator
2026-06-01 00:00:00,C1,,T1,hotline_wait,1200,60
2026-06-01 00:00:00,G1,cell-1,,coverage_rate,98,100
"""
FILES = {
    "areas.csv": AREAS, "touchpoints.csv": TOUCHPOINTS, "subscribers_2026-06.csv": SUBSCRIBERS,
    "survey_sms_2026-06.csv": SURVEY, "invitations_2026-06.csv": INVITATIONS, "complaints_2026-06.csv": COMPLAINTS,
    "process_2026-06.csv": PROCESS,
}  # fmt: skip


def demo_feeds() -> list[Feed]:
    """The feeds of the demonstration operator, as shipped."""
    return read_feeds([Path(str(files("etl").joinpath("feeds", "demo")))])


def feed_of(kind: str) -> Feed:
    """The demonstration feed of a kind."""
    return next(feed for feed in demo_feeds() if feed.kind.name == kind)


def write(folder: Path, contents: dict[str, str] = FILES) -> Path:
    """Write files into a folder."""
    for name, text in contents.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def load_all(store: sa.Engine, folder: Path, contents: dict[str, str] = FILES) -> dict[str, LoadResult]:
    """Define, write the sample (or other ``contents``) and load it: name of file → result."""
    define.define(store, define.shipped())
    return {result.name: result for result in load_inbox(store, demo_feeds(), write(folder, contents), SECRET)}


def number(store: sa.Engine, query: str, **params: object) -> object:
    """One value of a query."""
    with store.begin() as connection:
        return connection.scalar(sa.text(query), params)


def rows(store: sa.Engine, query: str, **params: object) -> list[dict[str, object]]:
    """The rows of a query."""
    with store.begin() as connection:
        return [dict(row) for row in connection.execute(sa.text(query), params).mappings()]
