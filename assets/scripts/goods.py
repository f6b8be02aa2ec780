"""Where the products stand, who delivers them, and how long they keep. Suppliers are invented, too."""

from __future__ import annotations

from dataclasses import dataclass


def _id(kind: int, number: int) -> str:
    return f"0192f0a0-1c00-7000-{kind:04x}-{number:012x}"


@dataclass(frozen=True)
class Category:
    """`above` is the key of the category that it stands in."""

    number: int
    zh: str
    en: str
    above: str | None = None

    @property
    def id(self) -> str:
        return _id(0x8001, self.number)


@dataclass(frozen=True)
class Supplier:
    """Domains are those of RFC 2606, numbers have too many zeros to be anybody's."""

    number: int
    name: str
    code: str
    email: str
    phone: str

    @property
    def id(self) -> str:
        return _id(0x8002, self.number)


@dataclass(frozen=True)
class Goods:
    """`pack` is how many the supplier puts in one carton."""

    category: str
    supplier: str
    shelf_life_days: int | None
    pack: int


CATEGORIES = {
    "drinks": Category(1, "飲料", "Drinks"),
    "tea": Category(2, "茶葉", "Tea", "drinks"),
    "coffee": Category(3, "咖啡", "Coffee", "drinks"),
    "cold": Category(4, "冷飲", "Cold drinks", "drinks"),
    "dairy": Category(5, "乳品與豆漿", "Dairy and soy milk", "drinks"),
    "food": Category(6, "食品", "Food"),
    "snacks": Category(7, "零食", "Snacks", "food"),
    "staples": Category(8, "米麵雜糧", "Rice, noodles and cereals", "food"),
    "sauces": Category(9, "調味醬料", "Sauces and seasoning", "food"),
    "jars": Category(10, "罐頭與抹醬", "Tins and jars", "food"),
    "home": Category(11, "居家生活", "Home"),
    "plants": Category(12, "盆栽", "Plants", "home"),
}

SUPPLIERS = {
    "hill": Supplier(1, "雲山茶行", "S-001", "orders@cloud-hill.example", "+886 49 200 0001"),
    "bakery": Supplier(2, "厝邊食品", "S-002", "orders@next-door-foods.example", "+886 4 2000 0002"),
    "farm": Supplier(3, "青草牧場", "S-003", "orders@green-pasture.example", "+886 6 200 0003"),
    "mill": Supplier(4, "池邊碾米所", "S-004", "orders@pond-mill.example", "+886 89 200 004"),
    "yard": Supplier(5, "後院工作室", "S-005", "orders@backyard-studio.example", "+886 2 2000 0005"),
}

GOODS = {
    "TEA-OOL-150": Goods("tea", "hill", 730, 24),
    "TEA-BLK-020": Goods("tea", "hill", 730, 36),
    "TEA-JAS-150": Goods("tea", "hill", 730, 24),
    "COF-DRP-010": Goods("coffee", "hill", 365, 20),
    "SNK-PIN-006": Goods("snacks", "bakery", 45, 12),
    "SNK-NUT-180": Goods("snacks", "bakery", 240, 30),
    "SNK-SEA-040": Goods("snacks", "bakery", 300, 24),
    "SNK-EGG-300": Goods("snacks", "bakery", 120, 12),
    "SNK-RIC-120": Goods("snacks", "bakery", 240, 24),
    "NDL-BEF-001": Goods("staples", "bakery", 180, 12),
    "NDL-SES-004": Goods("staples", "bakery", 270, 12),
    "BRK-OAT-500": Goods("staples", "mill", 365, 12),
    "RIC-TAI-002": Goods("staples", "mill", 180, 10),
    "SAU-SOY-420": Goods("sauces", "bakery", 720, 12),
    "JAR-CHI-240": Goods("sauces", "yard", 365, 24),
    "CAN-MUS-380": Goods("jars", "bakery", 1095, 24),
    "JAR-HNY-420": Goods("jars", "farm", 730, 12),
    "DRK-MLK-936": Goods("dairy", "farm", 12, 12),
    "DRK-SOY-450": Goods("dairy", "farm", 10, 24),
    "DRK-YOG-500": Goods("dairy", "farm", 21, 24),
    "DRK-WML-600": Goods("cold", "bakery", 270, 24),
    "DRK-SPK-330": Goods("cold", "bakery", 540, 24),
    "HOM-SOA-003": Goods("home", "yard", 1095, 20),
    "GRN-BAS-001": Goods("plants", "yard", None, 6),
}
